// airlock-cold sign BUNDLE: several requests in one visit, a summary first, then each reviewed by itself.
//
// Each request has a visit of its own: judged by ledger and policy, shown, approved with a phrase of its own, recorded. What is
// refused or declined is left out, and the rest is not lost by it. Keys are opened once, after the last decision; the
// responses are written together, after every one of them was recorded.
import { hotLine } from '../../shared/base/commands.ts'
import { basename, dirname } from 'node:path'
import { clockNow } from '../../local/clock.ts'
import { clearUnfinished, writeWhole } from '../../local/files.ts'
import { reviewText } from '../../local/screen.ts'
import { hang, print, printJson, Progress, say } from '../../local/terminal.ts'
import {
  bundledResponse,
  decodeBundle,
  encodeBundleResponses,
  type BundleDocument,
} from '../../shared/request/bundle.ts'
import { digestWords, documentDigest } from '../../shared/base/document.ts'
import { AirlockError, type Problem } from '../../shared/base/errors.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import { decodeResponse } from '../../shared/request/response.ts'
import { reviewSummary, type ReviewSection } from '../../shared/request/review.ts'
import { highestCost } from '../../shared/chain/transaction.ts'
import { ether, grouped } from '../../shared/base/units.ts'
import { wipe } from '../keystore/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { offerCode } from './offer-code.ts'
import type { PasswordSource } from '../keystore/passwords.ts'
import type { Conditions } from '../policy/policy-gate.ts'
import type { ReviewedRequest } from './review.ts'
import { sealed } from './seal-responses.ts'
import { chooseKeystores, openKeys, readCandidates, type Candidates, type SlotKeystore } from './sign-keys.ts'
import { conditionsOf, hasEcdsa, recordDelivery, type SignOptions } from './sign-options.ts'
import { approve, prepare, showReview, signAndRecord, type Prepared, type Recorded } from './signing.ts'
import { refusedBefore, RecordedResponse, Visit } from './visit.ts'

/** One request of the bundle, as far as it has come. */
interface Member {
  readonly place: number
  readonly request: UnsignedRequest
  readonly digest: string
  /** What stopped it; null while nothing did. */
  readonly stopped: AirlockError | null
  readonly prepared: Prepared | null
  readonly keystores: readonly SlotKeystore[]
  readonly reviewed: ReviewedRequest | null
  readonly recorded: Recorded | null
}

/** Signs the requests of a bundle that a person, or the policy, approves. */
export async function signBundle(bytes: Uint8Array, ledger: Ledger, options: SignOptions): Promise<void> {
  const bundle = refusedBefore(ledger, bytes, () => decodeBundle('reading bundle', bytes))
  const conditions = await conditionsOf(ledger, options)
  const candidates = readCandidates(options)
  const judged = await each(freshMembers(bundle), 'judging', (member) =>
    judge(member, bundle, ledger, { conditions, candidates, options }),
  )
  say(`${reviewText(summarySections(bundle, judged), [], process.stderr)}\n`)
  const decided: Member[] = []
  for (const member of judged) decided.push(await decide(member, bundle, options.yes === true))
  const signed = await signAll(decided, bundle, conditions, options)
  await deliver(bytes, bundle, signed, options)
}

const freshMembers = ({ requests }: BundleDocument): readonly Member[] =>
  requests.map(({ document }, place) => ({
    place,
    request: document.request,
    digest: document.digest,
    ...{ stopped: null, prepared: null, keystores: [], reviewed: null, recorded: null },
  }))

/** One after another, with progress. */
async function each(
  members: readonly Member[],
  what: string,
  step: (member: Member) => Promise<Member>,
): Promise<readonly Member[]> {
  const progress = new Progress()
  const done: Member[] = []
  try {
    for (const member of members) {
      progress.update(`${what}: request ${member.place + 1} of ${members.length}`)
      done.push(await step(member))
    }
  } finally {
    progress.end()
  }
  return done
}

/** Runs a step of a member; what stops it stops this one alone. Ctrl-C stops everything. */
async function step(member: Member, run: () => Promise<Member>): Promise<Member> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof AirlockError) || error.code === 'interrupted') throw error
    return { ...member, stopped: error }
  }
}

/** Reads one request into the ledger and asks what speaks against it. */
function judge(
  member: Member,
  bundle: BundleDocument,
  ledger: Ledger,
  given: { readonly conditions: Conditions; readonly candidates: Candidates; readonly options: SignOptions },
): Promise<Member> {
  return step(member, async () => {
    const visit = Visit.begin(ledger, bundle.requests[member.place]?.bytes ?? new Uint8Array(), clockNow())
    return visit.during(() => {
      const prepared = prepare(visit, ownConditions(given.conditions, member, bundle), hasEcdsa(given.options))
      return Promise.resolve({ ...member, prepared, keystores: chooseKeystores(member.request, given.candidates) })
    })
  })
}

/** Approvals of other requests of the bundle are none of this one's business; one of no request at all is still refused. */
function ownConditions(
  conditions: Conditions,
  { digest }: Pick<Member, 'digest'>,
  { requests }: BundleDocument,
): Conditions {
  const others = new Set(requests.map(({ document }) => document.digest as string).filter((other) => other !== digest))
  const approvals = conditions.approvals?.filter(({ digest: of }) => !others.has(of)) ?? null
  return { ...conditions, approvals: approvals?.length === 0 ? null : approvals }
}

/** The first screen: what the bundle holds, and what of it is refused already. */
function summarySections({ bundle, digest, words }: BundleDocument, members: readonly Member[]): ReviewSection[] {
  const refused = members.filter(({ stopped }) => stopped !== null)
  const fees = members.reduce((sum, { request }) => sum + highestCost(request.transaction), 0n)
  const operators = new Set(members.map(({ request }) => request.operation.operator)).size
  return [
    {
      title: 'Bundle',
      lines: [
        ['SHA-256', digest],
        ['Words', words.slice(0, 4).join(' ')],
        ['', words.slice(4).join(' ')],
        ['Requests', `${bundle.requests.length}, of ${operators} operator${operators === 1 ? '' : 's'}`],
        ['Refused', refused.length === 0 ? 'none' : `${refused.length}: they are not asked about`],
        ['Highest fees', `${ether(fees)} in all`],
      ],
    },
    { title: 'Its requests, each of which you will see by itself', lines: members.map(memberLine) },
  ]
}

function memberLine({ place, prepared, request, stopped }: Member): readonly [string, string] {
  const nonce = request.transaction === null ? 'no transaction' : `nonce ${grouped(request.transaction.nonce)}`
  const label = `${place + 1}`
  if (stopped !== null) return [label, `REFUSED (${stopped.code}): ${request.operation.kind}, ${nonce}`]
  const warnings = prepared?.valid.findings.filter(({ level }) => level === 'warning').length ?? 0
  const words = prepared === null ? request.operation.kind : reviewSummary(prepared.valid)
  return [label, `${words}; ${nonce}${warnings === 0 ? '' : `; ${warnings} warning${warnings === 1 ? '' : 's'}`}`]
}

/** Shows one request and asks for it. */
function decide(member: Member, { requests }: BundleDocument, byPolicy: boolean): Promise<Member> {
  const { prepared } = member
  if (prepared === null || member.stopped !== null) return Promise.resolve(member)
  return step(member, async () => {
    say(`${'-'.repeat(80)}\nRequest ${member.place + 1} of ${requests.length}\n`)
    showReview(prepared)
    const reviewed = await prepared.visit.during(() => approve(prepared, byPolicy, member.keystores))
    return { ...member, reviewed }
  })
}

/** Opens the keys of all approved requests, and signs and records one after another. */
async function signAll(
  members: readonly Member[],
  bundle: BundleDocument,
  conditions: Conditions,
  options: SignOptions,
): Promise<readonly Member[]> {
  const approved = members.filter(({ reviewed }) => reviewed !== null)
  const keys = await openKeys(
    approved.map(({ keystores }) => keystores),
    options,
  )
  try {
    return await each(members, 'signing', (member) => {
      const { prepared, reviewed } = member
      const own = keys[approved.indexOf(member)]
      if (prepared === null || reviewed === null || own === undefined) return Promise.resolve(member)
      const how = { conditions: ownConditions(conditions, member, bundle), byPolicy: options.yes === true }
      return step(member, async () => {
        const recorded = await prepared.visit.during(() => signAndRecord(prepared, reviewed, own, how))
        return { ...member, recorded }
      })
    })
  } finally {
    for (const each of keys) wipe(each)
  }
}

/** Writes the responses of what was signed, and says what was not. */
async function deliver(
  bytes: Uint8Array,
  bundle: BundleDocument,
  members: readonly Member[],
  options: SignOptions,
): Promise<void> {
  const signed = members.flatMap(({ place, recorded }) => (recorded === null ? [] : [{ place, ...recorded }]))
  const left = members.filter(({ recorded }) => recorded === null)
  if (signed.length === 0) throw leftOut(left, members.length, null)
  const responses = encodeBundleResponses({
    bundle: bundle.digest,
    responses: signed.map(({ place, response }) =>
      bundledResponse(place, decodeResponse('writing the responses', RecordedResponse.open(response))),
    ),
  })
  const written =
    options.seal === true ? await sealed(bytes, bundle, responses, signed, sealSource(options)) : responses
  clearUnfinished(dirname(options.output), basename(options.output))
  writeWhole('writing the responses', options.output, written, options.force === true)
  for (const { visit, response } of signed) recordDelivery(visit, response, options.output)
  report(bundle, members, written, options)
  if (options.json !== true && options.seal !== true) await offerCode(options.output)
  if (left.length > 0) throw leftOut(left, members.length, options.output)
}

const sealSource = ({ sealPassphraseFile: file, sealPassphraseFd: descriptor }: SignOptions): PasswordSource => ({
  file,
  descriptor,
})

function report(bundle: BundleDocument, members: readonly Member[], written: Uint8Array, options: SignOptions): void {
  const digest = documentDigest(written)
  if (options.json === true) {
    printJson({
      responses: options.output,
      digest,
      words: digestWords(digest).join(' '),
      bundle: bundle.digest,
      sealed: options.seal === true,
      requests: members.map(memberJson),
    })
    return
  }
  for (const { place, request, recorded, stopped } of members) {
    const what = `${place + 1}  ${request.operation.kind} of ${request.operation.operator}`
    if (recorded === null)
      print(`  ${what}: ${stopped?.code === 'declined' ? 'declined' : `REFUSED (${stopped?.code ?? ''})`}`)
    else print(`  ${what}: signed, entry ${recorded.response.entry.entry}`)
  }
  print(`${options.seal === true ? 'Sealed responses' : 'Responses'} ${options.output}`)
  print(`  SHA-256  ${digest}`)
  print(`  words    ${digestWords(digest).join(' ')}`)
  print('Next, on the online machine:')
  if (options.seal === true) print(`  ${hotLine('break-glass', { SEALED: options.output })}   (only when it is needed)`)
  else print(`  ${hotLine('send', { REQUEST: 'BUNDLE', RESPONSE: options.output })}`)
}

const memberJson = ({ place, digest, request, recorded, stopped }: Member): object => ({
  request: place,
  digest,
  operation: request.operation.kind,
  operator: request.operation.operator,
  outcome: recorded !== null ? 'signed' : stopped?.code === 'declined' ? 'declined' : 'refused',
  problems: stopped?.problems ?? [],
  entry: recorded?.response.entry.entry ?? null,
  transactions: recorded?.signed.check.transactions.map(({ hash }) => hash) ?? [],
})

/** What was not signed, as the end of the command: its exit code is that of the first. */
function leftOut(left: readonly Member[], of: number, output: string | null): AirlockError {
  const problems = left.flatMap(({ place, stopped }): Problem[] =>
    (stopped?.problems ?? []).map((problem) => ({ ...problem, message: `request ${place + 1}: ${problem.message}` })),
  )
  const [first, ...rest] = problems
  if (first === undefined) throw new RangeError('nothing was left out')
  const others = output === null ? 'nothing was signed' : `${of - left.length} of ${of} are signed and written`
  say(hang('note: ', `${left.length} of ${of} requests were not signed; ${others}`))
  return new AirlockError('signing the bundle', [first, ...rest])
}
