// What the ledger forbids: to sign something that contradicts what was signed before (docs/ledger-format.md).
//
// Five rules, each with its own code: a salt with other content; a BLS key for two operators, or for two AVSs; a second live
// registration of one operator at one AVS with other content; two transactions with one nonce and another meaning.
// A registration is live until both clocks, this machine's and the request's block, are past its expiry, until the operator
// has left again (left.ts), or until a person has settled it. Settling lifts the last two rules alone: a salt and a BLS key
// are bound for ever.
import { coldCommand } from '../../shared/base/commands.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import { warning, type Finding } from '../../shared/base/finding.ts'
import { isLeaving } from '../../shared/operations/operation-kinds.ts'
import type { RequestFacts } from '../../shared/ledger/request-facts.ts'
import { signedPart, type SignedRecord } from '../../shared/ledger/signed-record.ts'
import type { StandingRecord } from './left.ts'
import { utc } from '../../shared/base/units.ts'

/** What is about to be signed. */
export interface Intent {
  readonly facts: RequestFacts
  /** The digest of the operator's signature; null where none is asked for. */
  readonly avsDigest: Bytes32 | null
  /** The BLS key that the request binds, where it is known. */
  readonly operatorId: Bytes32 | null
  /** The quorums that the request is about; null where its operation knows none. */
  readonly quorums: readonly number[] | null
  /** True where the ECDSA key is to sign, and not the BLS key alone. */
  readonly ecdsa: boolean
}

export interface EquivocationRules {
  /** False where the policy lets one BLS key serve several AVSs. */
  readonly oneBlsKeyPerAvs: boolean
  readonly clock: UnixSeconds
}

/**
 * Everything in what was signed before that forbids an intent.
 *
 * @param settle the command that settles records, as it can be typed
 */
export function equivocations(
  intent: Intent,
  signed: readonly StandingRecord[],
  rules: EquivocationRules,
  settle: (records: readonly SignedRecord[]) => string,
): readonly Problem[] {
  const registrations = intent.ecdsa ? signed.filter((record) => contradicts(intent, record, rules.clock)) : []
  const nonces = intent.ecdsa ? signed.filter((record) => takesNonce(intent, record)) : []
  // One command for all that stands in the way, whichever rule says so.
  const command = settle(signed.filter((record) => registrations.includes(record) || nonces.includes(record)))
  return signed.flatMap((record) => [
    ...(intent.ecdsa ? saltReused(intent, record) : []),
    ...(registrations.includes(record) ? [secondRegistration(record, command)] : []),
    ...(nonces.includes(record) ? [nonceReused(intent.facts, record, command)] : []),
    ...blsKeyReused(intent, record, rules),
  ])
}

const where = ({ entry, ledger, time }: SignedRecord): string => `entry ${entry} of ledger ${ledger} (${utc(time)})`

/** True when both are known and differ: a request may leave open which BLS key it is for. */
const otherKey = (one: Bytes32 | null, other: Bytes32 | null): boolean =>
  one !== null && other !== null && one !== other

const otherContent = ({ facts, operatorId }: Intent, record: SignedRecord): boolean =>
  facts.meaning !== record.request.meaning || otherKey(operatorId, record.operatorId)

function saltReused(intent: Intent, record: SignedRecord): Problem[] {
  const { facts, avsDigest } = intent
  const before = signedPart(record, 'operatorSignature')
  if (before === null || facts.salt === null) return []
  if (record.request.operator !== facts.operator || record.request.salt !== facts.salt) return []
  if (before === avsDigest && !otherContent(intent, record)) return []
  const message = `salt ${facts.salt} was signed before with other content, in ${where(record)}`
  return [{ code: 'salt_reused', message, hint: 'build the request again without --salt: each signature has its own' }]
}

/** True while the contract could still take the registration that a record holds, or holds it. */
const isLive = ({ left, request, settled }: StandingRecord, blockTime: UnixSeconds, clock: UnixSeconds): boolean =>
  !settled && !left && request.expiry >= Math.min(blockTime, clock)

const samePlace = (facts: RequestFacts, { request }: SignedRecord): boolean =>
  request.chainId === facts.chainId && request.operator === facts.operator && request.avs === facts.avs

function isSecondRegistration(intent: Intent, record: StandingRecord, clock: UnixSeconds): boolean {
  const { facts, avsDigest } = intent
  const before = signedPart(record, 'operatorSignature')
  return avsDigest !== null && before !== null && samePlace(facts, record) && isLive(record, facts.blockTime, clock)
}

const contradicts = (intent: Intent, record: StandingRecord, clock: UnixSeconds): boolean =>
  isSecondRegistration(intent, record, clock) && otherContent(intent, record)

function secondRegistration(record: StandingRecord, settle: string): Problem {
  const until = utc(record.request.expiry)
  const message = `another registration of this operator with this AVS is signed and valid until ${until}: ${where(record)}`
  return { code: 'registration_conflict', message, hint: `${leaveFirst(record)}${neverSent(settle)}` }
}

const neverSent = (settle: string): string =>
  `use what is signed; where it was never sent, and its response is destroyed: ${settle}`

/** A deregistration that is signed, and may not have been mined. */
const leaveFirst = ({ leftBy }: StandingRecord): string =>
  leftBy === null
    ? ''
    : `the deregistration of entry ${leftBy} ends it once its receipt is recorded: ${coldCommand('ledger receipt')}; else `

/** True where both are transactions of one sender with one nonce, and the record's may still be sent. */
function sameNonce(facts: RequestFacts, record: SignedRecord): boolean {
  const { request } = record
  if (signedPart(record, 'transactions') === null || record.settled) return false
  if (facts.nonce === null || facts.sender === null) return false
  return request.chainId === facts.chainId && request.sender === facts.sender && request.nonce === facts.nonce
}

/** Of two transactions with one nonce the chain takes one: where either only leaves something, that is for a person to know. */
function sharedNonces(intent: Intent, signed: readonly SignedRecord[]): readonly Finding[] {
  const { facts } = intent
  return signed
    .filter((record) => sameNonce(facts, record) && otherContent(intent, record))
    .filter(({ request }) => isLeaving(facts.kind) || isLeaving(request.kind))
    .map((record) => {
      const other = `${record.request.kind}, ${where(record)}`
      return warning(
        'nonce_shared',
        `another transaction with nonce ${facts.nonce ?? ''} is signed (${other}): the chain takes one of the two, and either may be it`,
      )
    })
}

/** True where either transaction would make the other one worthless, and neither only leaves something. */
const takesNonce = (intent: Intent, record: SignedRecord): boolean =>
  sameNonce(intent.facts, record) &&
  otherContent(intent, record) &&
  !isLeaving(intent.facts.kind) &&
  !isLeaving(record.request.kind)

function nonceReused(facts: RequestFacts, record: SignedRecord, settle: string): Problem {
  const message = `a transaction with nonce ${facts.nonce ?? ''} and another meaning is signed: ${where(record)}`
  return { code: 'nonce_conflict', message, hint: neverSent(settle) }
}

function blsKeyReused({ facts, operatorId }: Intent, record: SignedRecord, rules: EquivocationRules): Problem[] {
  if (operatorId === null || record.operatorId !== operatorId) return []
  const { request } = record
  if (request.operator !== facts.operator) {
    const message = `BLS key ${operatorId} is bound to operator ${request.operator} in ${where(record)}, the request names ${facts.operator}`
    return [
      {
        code: 'bls_key_two_operators',
        message,
        hint: `use the BLS key of this operator, or make one: ${coldCommand('keys new', { '--bls': true })}`,
      },
    ]
  }
  if (!rules.oneBlsKeyPerAvs || (request.chainId === facts.chainId && request.avs === facts.avs)) return []
  const message = `BLS key ${operatorId} is in use for AVS ${request.avs} on chain ${request.chainId}, in ${where(record)}`
  const hint = `use one BLS key for each AVS, made with ${coldCommand('keys new', { '--bls': true, '--avs': 'NAME' })}, or allow it in the policy: blsKeys: shared`
  return [{ code: 'bls_key_two_avss', message, hint }]
}

/** What a person should know of what was signed before, where nothing forbids it. */
export function repetitions(intent: Intent, signed: readonly StandingRecord[], clock: UnixSeconds): readonly Finding[] {
  return [...repeated(intent, signed, clock), ...sharedNonces(intent, signed)]
}

function repeated(intent: Intent, signed: readonly StandingRecord[], clock: UnixSeconds): readonly Finding[] {
  return signed
    .filter((record) => isSecondRegistration(intent, record, clock) && !otherContent(intent, record))
    .filter((record) => signedPart(record, 'operatorSignature') !== intent.avsDigest)
    .map((record) => {
      const seen = `the same registration is signed already and valid until ${utc(record.request.expiry)}`
      return warning(
        'registration_repeated',
        `${seen}, with another salt: ${where(record)}; request ${record.request.digest}`,
      )
    })
}
