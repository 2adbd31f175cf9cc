// What the policy in force says of a request, together with all that it is held against: the network, the approvals, the
// signatures that the ledger knows. Without a policy a connected network alone is refused, and everything asks.
import { countApprovals, decodeApproval, type CheckedApproval } from '../../shared/ledger/approval.ts'
import { contractUnknown } from '../../shared/request/contract-findings.ts'
import { readDocument } from '../../local/document-file.ts'
import { plainReader } from '../../local/scan.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address, Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import { note, warning, type Finding } from '../../shared/base/finding.ts'
import { ordered } from '../../shared/request/findings.ts'
import type { ContractRole } from '../../shared/operation-parts/operation.ts'
import { concernsOf } from '../../shared/operations/operation-kinds.ts'
import { quote } from '../../shared/base/quote.ts'
import type { ReviewSection } from '../../shared/request/review.ts'
import type { SignedRecord } from '../../shared/ledger/signed-record.ts'
import { networkProblems, type NetworkState } from '../machine/network-state.ts'
import { corePins } from './policy-cores.ts'
import type { PolicyDocument } from './policy.ts'
import { avsOf, judgePolicy, policyProblems } from './policy-rules.ts'
import { outcomeSentence } from './policy-text.ts'
import type { PastSignature, Verdict } from './policy-verdict.ts'
import type { ValidRequest } from '../validate/validate.ts'

/** What a request meets on this machine, besides the ledger. */
export interface Conditions {
  readonly policy: PolicyDocument | null
  /** Null where nobody looked. */
  readonly approvals: readonly CheckedApproval[] | null
  readonly network: NetworkState
}

/**
 * Reads approvals, from files or pictures, and checks their signatures.
 *
 * @throws AirlockError approval_invalid, and those of decoding a document
 */
export async function readApprovals(paths: readonly string[]): Promise<readonly CheckedApproval[]> {
  const doing = 'reading approval'
  const approvals: CheckedApproval[] = []
  for (const path of paths) approvals.push(await decodeApproval(doing, await readDocument(doing, path, plainReader)))
  return approvals
}

const connected = ({ state }: NetworkState): boolean | null => (state === 'unknown' ? null : state === 'connected')

const past = ({ request, operatorId, time }: SignedRecord): PastSignature => ({
  time,
  chainId: request.chainId,
  operator: request.operator,
  avs: request.avs,
  operatorId,
})

const isRepeat = (record: SignedRecord, digest: DocumentDigest, operatorId: Bytes32 | null): boolean =>
  record.request.digest === digest && (operatorId === null || record.operatorId === operatorId)

/** What each rule of the policy says; nothing where there is no policy. */
export function verdictsOn(
  { request, digest }: ValidRequest,
  { policy, approvals, network }: Conditions,
  signed: readonly SignedRecord[],
  facts: { readonly operatorId: Bytes32 | null; readonly clock: UnixSeconds },
): readonly Verdict[] {
  if (policy === null) return []
  const wanted = policy.policy.approvals
  const counted =
    wanted === undefined || approvals === null
      ? null
      : countApprovals(wanted, 'request', digest, approvals).valid.length
  return judgePolicy(policy.policy, {
    ...facts,
    request,
    // What this very request was signed for with this key is made again, not once more.
    before: signed.filter((record) => !isRepeat(record, digest, facts.operatorId)).map(past),
    approvals: counted,
    connected: connected(network),
  })
}

/** Everything that the policy, the approvals or the network forbid. */
export function conditionProblems(
  { digest }: ValidRequest,
  { policy, approvals, network }: Conditions,
  verdicts: readonly Verdict[],
): readonly Problem[] {
  if (policy === null) return [...networkProblems(network), ...unasked(approvals)]
  const wanted = policy.policy.approvals
  // What is missing is said by the count, which knows who has approved already.
  const others = policyProblems(verdicts.filter(({ rule }) => rule !== 'approvals'))
  if (wanted === undefined) return [...others, ...unasked(approvals)]
  return [...others, ...countApprovals(wanted, 'request', digest, approvals ?? []).problems]
}

/** Approvals that nobody asks for: the person believes in a policy that is not in force. */
function unasked(approvals: Conditions['approvals']): readonly Problem[] {
  if (approvals === null || approvals.length === 0) return []
  const message = 'approvals are given, and no policy in force asks for any: they would prove nothing'
  return [
    {
      code: 'approvals_unasked',
      message,
      hint: 'name the policy that asks for them with --policy, or leave --approval out',
    },
  ]
}

/**
 * The findings of a request under a policy: an AVS whose contracts it pins is no stranger, whatever the catalogue knows, and
 * neither is a contract of EigenLayer that it pins.
 *
 * @returns the same findings, with notes in place of those warnings
 */
export function findingsUnder({ findings, request }: ValidRequest, policy: PolicyDocument | null): readonly Finding[] {
  if (policy === null) return findings
  const avs = avsNote(request, policy)
  const cores = coreNotes(request, policy)
  return ordered(findings.map((one) => (one.code === 'avs_unknown' ? (avs ?? one) : (cores.get(one.message) ?? one))))
}

/** Instead of the warning that an AVS is unknown: by what name the policy pins it; null where it does not. */
function avsNote(request: ValidRequest['request'], { policy }: PolicyDocument): Finding | null {
  const avs = avsOf(policy, request)
  const own = concernsOf(request).contracts.filter(([role]) => ownRoles.includes(role))
  if (avs === undefined || own.some(([role, address]) => pinOf(avs, role) !== address)) return null
  const roles = [...own.map(([role]) => role), 'its AVS'].join(' and ')
  return note('avs_unknown', `${roles} are those that the policy in force pins as ${quote(avs.name)}`)
}

/** Instead of the warnings that contracts of EigenLayer are unknown, by their words: that the policy pins them. */
function coreNotes(request: ValidRequest['request'], { policy }: PolicyDocument): ReadonlyMap<string, Finding> {
  const pins = corePins(policy, request)
  const pinned = concernsOf(request).contracts.filter(([role, address]) => pins[role] === address)
  return new Map(
    pinned.map(([role, address]) => {
      const seen = `${role} ${address} is the one that the policy in force pins on this chain`
      return [contractUnknown(role, address).message, note('contract_unknown', seen)]
    }),
  )
}

/** Contracts of the AVS itself, by which it takes its operators. */
const ownRoles: readonly ContractRole[] = ['registryCoordinator', 'registrar', 'stakeRegistry']
const pinOf = (
  avs: Readonly<Partial<Record<ContractRole, Address | undefined>>>,
  role: ContractRole,
): string | undefined => avs[role]

/** What the conditions add to the findings of a request. */
export const conditionFindings = ({ policy, network }: Conditions): readonly Finding[] =>
  network.state === 'unknown' && policy?.policy.network !== 'allow'
    ? [warning('network_unknown', 'whether this machine is on a network cannot be told here: make sure that it is not')]
    : []

/** The policy as part of a review. */
export function policySection(policy: PolicyDocument | null, verdicts: readonly Verdict[]): ReviewSection {
  if (policy === null) return { title: 'Policy', lines: [['', 'none is in force: you decide alone']] }
  return {
    title: 'Policy',
    lines: [
      ['SHA-256', policy.digest],
      ['Words', policy.words.slice(0, 4).join(' ')],
      ['', policy.words.slice(4).join(' ')],
      ...(verdicts.length === 0 ? [] : ([['Says', outcomeSentence(verdicts)]] as const)),
    ],
  }
}
