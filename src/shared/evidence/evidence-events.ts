// The entries of a pack of evidence in plain words, for its summary.
//
// No name of the catalogue: another version of this program must write the same words. Text of people and of other machines
// stands as code, quoted: it can be no Markdown and no HTML.
import { digestWords } from '../base/document.ts'
import type { Evidence } from './evidence.ts'
import type { Address } from '../base/fields.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import type { EventOf, FreezeScope, LedgerEvent } from '../ledger/ledger-events.ts'
import { concernsOf } from '../operations/operation-kinds.ts'
import { quote } from '../base/quote.ts'
import { MOST_VALUE } from '../ledger/receipt-document.ts'
import type { RequestFacts } from '../ledger/request-facts.ts'
import { highestCost } from '../chain/transaction.ts'
import { ether, grouped, utc } from '../base/units.ts'

/** An entry as a title and lines below it. */
export interface EventText {
  readonly title: string
  readonly lines: readonly string[]
}

/** Doubtful text as code of Markdown. */
export const doubtful = (text: string, limit = 200): string => `\`${quote(text, limit).replaceAll('`', '\\u{60}')}\``

const code = (text: string): string => `\`${text}\``

/** An entry whose content is shown, in words. */
export function eventText(evidence: Evidence, entry: LedgerEntry, body: LedgerEvent): EventText {
  switch (body.event) {
    case 'begun':
      return { title: 'the ledger was begun', lines: [programLine(body.program)] }
    case 'seen':
      return { title: 'a request was read', lines: decidedLines(evidence, body) }
    case 'refused':
      return { title: 'a document was refused', lines: refusedLines(evidence, body) }
    case 'declined':
      return { title: 'the person declined', lines: decidedLines(evidence, body) }
    case 'signed':
      return { title: 'a request was signed', lines: signedLines(evidence, entry, body) }
    case 'repeated':
      return { title: `the signatures of entry ${body.of} were made again`, lines: decidedLines(evidence, body) }
    case 'delivered':
      return { title: `the response of entry ${body.of} was written`, lines: [`Response: ${code(body.response)}`] }
    case 'policy':
      return { title: 'another policy came into force', lines: policyLines(body) }
    case 'frozen':
      return { title: `${scopeText(body.scope)} was frozen`, lines: [`Reason: ${doubtful(body.reason)}`] }
    case 'unfrozen':
      return { title: `the freeze of entry ${body.of} was lifted`, lines: withApprovals(body) }
    case 'settled':
      return {
        title: `entry ${body.of} of ledger ${body.ledger} was settled: it can do nothing any more`,
        lines: withApprovals(body),
      }
    case 'imported':
      return {
        title: 'the history of another ledger was imported',
        lines: [`History: ${code(body.history)}, ${body.records} records`],
      }
    case 'receipt':
      return { title: 'a receipt came back', lines: receiptLines(evidence, entry, body) }
    case 'approved':
      return {
        title: `this machine's key approved a ${body.subject}`,
        lines: [`Approver: ${code(body.approver)}`, `Of: ${code(body.digest)}`, `Approval: ${code(body.approval)}`],
      }
  }
}

const programLine = ({ sha256, version }: EventOf<'begun'>['program']): string =>
  `By: airlock-cold ${doubtful(version, 40)}, SHA-256 ${code(sha256)}`

const policyLine = (policy: string | null): string => `Policy in force: ${policy === null ? 'none' : code(policy)}`

const approvalsLine = (approvals: readonly string[]): string =>
  `Approvals: ${approvals.length === 0 ? 'none' : approvals.map(code).join(', ')}`

const withApprovals = (body: EventOf<'unfrozen'> | EventOf<'settled'>): readonly string[] => [
  `Reason: ${doubtful(body.reason)}`,
  approvalsLine(body.approvals),
]

const policyLines = ({ approvals, policy, replaced }: EventOf<'policy'>): readonly string[] => [
  `Policy: ${policy === null ? 'none' : code(policy)}, in place of ${replaced === null ? 'none' : code(replaced)}`,
  approvalsLine(approvals),
]

function scopeText(scope: FreezeScope): string {
  if (scope.of === 'all') return 'everything'
  return scope.of === 'avs' ? `AVS ${scope.address}` : `key ${scope.key}`
}

type Decided = Pick<EventOf<'seen'>, 'policy' | 'program' | 'request'>

const decidedLines = (evidence: Evidence, { policy, program, request }: Decided): readonly string[] => [
  ...requestLines(evidence, request),
  policyLine(policy),
  programLine(program),
]

function requestLines(evidence: Evidence, facts: RequestFacts): readonly string[] {
  return [
    `Request: ${code(facts.digest)} (${digestWords(facts.digest).join(' ')})`,
    `Operation ${facts.kind} of operator ${code(facts.operator)} on chain ${facts.chainId}, ${facts.avs === null ? 'about no AVS' : `AVS ${code(facts.avs)}`}`,
    `Contracts: ${facts.contracts.map(code).join(', ')}; sent by ${facts.sender === null ? 'no key' : code(facts.sender)}`,
    ...detailLines(evidence, facts),
    `Built at ${utc(facts.blockTime)}, expires at ${utc(facts.expiry)}, nonce ${facts.nonce === null ? 'none' : grouped(facts.nonce)}, salt ${facts.salt === null ? 'none' : code(facts.salt)}`,
  ]
}

/** What only the request itself tells, where a signing shows it. */
function detailLines({ signed }: Evidence, { digest }: RequestFacts): readonly string[] {
  const request = signed.find((proof) => proof.request?.digest === digest)?.request?.request
  if (request === undefined) return []
  const { quorums, operatorSets, socket } = concernsOf(request)
  const named = [
    ...(quorums === null ? [] : [`quorums ${quorums.join(', ')}`]),
    ...(operatorSets === null ? [] : [`operator sets ${operatorSets.join(', ')}`]),
    ...(socket === null ? [] : [`socket ${doubtful(socket, 512)}`]),
    `at most ${ether(highestCost(request.transaction))} in fees`,
  ]
  return [`With ${named.join(', ')}`]
}

function refusedLines(evidence: Evidence, body: EventOf<'refused'>): readonly string[] {
  const what = body.request === null ? [`Document: ${code(body.document)}`] : requestLines(evidence, body.request)
  const why = body.problems.map((each) => `Because of ${doubtful(each.code, 60)}: ${doubtful(each.message, 500)}`)
  return [...what, ...why, policyLine(body.policy), programLine(body.program)]
}

function signedLines(evidence: Evidence, { entry }: LedgerEntry, body: EventOf<'signed'>): readonly string[] {
  const signer = (label: string, key: Address | string | null): string[] =>
    key === null ? [] : [`${label} ${code(key)}`]
  const keys = [
    ...signer('ECDSA key of', body.keys.address),
    ...signer('BLS key with operator id', body.keys.operatorId),
  ]
  const approved =
    body.reviewedBy === 'person' ? 'a person, who typed the phrase' : 'the policy, which every field matches'
  const transactions = evidence.signed.find((proof) => proof.entry === entry)?.responses[0]?.transactions ?? []
  return [
    ...decidedLines(evidence, body),
    `Approved by: ${approved}`,
    approvalsLine(body.approvals),
    `Keys: ${keys.join(', ')}`,
    ...body.digests.map(({ digest, part }) => `Signed for ${part}: ${code(digest)}`),
    ...transactions.map((hash) => `Transaction: ${code(hash)}`),
    `Review as shown: ${code(body.review)}`,
  ]
}

function receiptLines(evidence: Evidence, { entry }: LedgerEntry, body: EventOf<'receipt'>): readonly string[] {
  const named = [`About request ${code(body.request)}`, `Receipt: ${code(body.receipt)}`]
  const receipt = evidence.receipts.find((proof) => proof.entry === entry)?.receipt ?? null
  if (receipt === null) return named
  const { block, feeWei, gasUsed, readBack, status, transaction } = receipt
  return [
    ...named,
    `Transaction ${code(transaction)}: ${status === 'success' ? 'mined with success' : 'mined and reverted'}`,
    `Block ${grouped(block.number)} of ${utc(block.timestamp)}, ${code(block.hash)}`,
    `${grouped(gasUsed)} gas, ${ether(feeWei)}`,
    ...(readBack ?? []).map(({ name, value }) => `Read back: ${doubtful(name, 40)} ${doubtful(value, MOST_VALUE)}`),
  ]
}
