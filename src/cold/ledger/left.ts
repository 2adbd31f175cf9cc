// Which registrations a deregistration has ended, so that an operator who left can come back (docs/ledger-format.md).
//
// Follows what the contracts do: RegistryCoordinator.deregisterOperator takes an operator out of the quorums named, and
// ECDSAStakeRegistry.deregisterOperator out of the AVS. A signature alone ends nothing: only one that was mined does. That is
// known where its receipt is recorded, and where the new request can be mined after it alone: nonces are taken in order, so
// registration, deregistration and new request with rising nonces of one sender leave no other way, unless another signed
// transaction may have taken the nonce of the deregistration. Only deregistrations of this very ledger count: a history that
// is imported adds, and never takes away. Registrations for operator sets and of keys carry no operator's signature that
// outlives their transaction, so nothing of them is left to end.
import { decodeReceipt } from '../../shared/ledger/receipt-document.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'
import type { Bytes32 } from '../../shared/base/fields.ts'
import { AirlockError } from '../../shared/base/errors.ts'
import { concernsOf } from '../../shared/operations/operation-kinds.ts'
import { decodeRequest } from '../../shared/request/request.ts'
import type { RequestFacts } from '../../shared/ledger/request-facts.ts'
import { recordOf, signedPart, type SignedRecord } from '../../shared/ledger/signed-record.ts'
import { eventsOf } from './ledger-state.ts'
import type { Ledger } from './ledger.ts'

/** A record, with what became of it by leaving. */
export interface StandingRecord extends SignedRecord {
  /** A deregistration has ended it, as far as the new request is concerned. */
  readonly left: boolean
  /** The entry of this ledger with a deregistration that will end it once its receipt is recorded; null where there is none. */
  readonly leftBy: number | null
}

/** What is about to be signed, as far as leaving is concerned. */
interface Asking {
  readonly facts: RequestFacts
  /** The digest of the operator's signature; null where none is asked for. */
  readonly avsDigest: Bytes32 | null
  readonly quorums: readonly number[] | null
}

type Kind = RequestFacts['kind']

/** The registrations that each deregistration ends. */
const ended: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  deregister: ['register', 'register-with-churn'],
  'deregister-from-stake-registry': ['register-with-stake-registry'],
}

/** A deregistration that this ledger signed. */
interface Leaving {
  readonly entry: number
  readonly request: RequestFacts
  /** What its receipts say; null where none is recorded. */
  readonly outcome: 'success' | 'failed' | null
  /** Nothing else can have taken its nonce, and nobody stated that it can do nothing. */
  readonly alone: boolean
}

/** Everything that was signed, with what leaving ended of it. */
export function standing(ledger: Ledger, intent: Asking, signed: readonly SignedRecord[]): readonly StandingRecord[] {
  // Only a registration that carries the operator's signature asks.
  const leavings = intent.avsDigest === null ? [] : leavingsOf(ledger, intent, signed)
  return signed.map((record) => ({ ...record, ...fateOf(ledger, intent, record, leavings) }))
}

/** The deregistrations of the operator at the AVS of an intent. */
function leavingsOf(ledger: Ledger, { facts }: Asking, signed: readonly SignedRecord[]): readonly Leaving[] {
  const settled = eventsOf(ledger.entries, 'settled').filter(({ body }) => body.ledger === ledger.id)
  return ledger.entries
    .flatMap((entry) => recordOf(ledger.id, entry) ?? [])
    .filter(({ request }) => ended[request.kind] !== undefined && samePlace(request, facts))
    .filter((record) => signedPart(record, 'transactions') !== null)
    .map(({ entry, request }) => ({
      entry,
      request,
      outcome: outcomeOf(ledger, request.digest),
      alone: !settled.some(({ body }) => body.of === entry) && !signed.some((other) => takesNonce(other, request)),
    }))
}

const samePlace = (one: RequestFacts, other: RequestFacts): boolean =>
  one.chainId === other.chainId && one.operator === other.operator && one.avs === other.avs

/** True where a record may have taken the nonce of a transaction with another one. */
const takesNonce = (record: SignedRecord, { chainId, meaning, nonce, sender }: RequestFacts): boolean =>
  !record.settled &&
  signedPart(record, 'transactions') !== null &&
  record.request.chainId === chainId &&
  record.request.sender === sender &&
  record.request.nonce === nonce &&
  record.request.meaning !== meaning

/** What receipts say of a request; one that cannot be read, or speaks against another, ends nothing. */
function outcomeOf(ledger: Ledger, request: DocumentDigest): Leaving['outcome'] {
  const receipts = eventsOf(ledger.entries, 'receipt').filter(({ body }) => body.request === request)
  if (receipts.length === 0) return null
  const mined = receipts.every(({ body }) => {
    const bytes = ledger.document(body.receipt)
    return bytes !== null && decodeReceipt('reading a receipt of the ledger', bytes).status === 'success'
  })
  return mined ? 'success' : 'failed'
}

function fateOf(
  ledger: Ledger,
  intent: Asking,
  record: SignedRecord,
  leavings: readonly Leaving[],
): Pick<StandingRecord, 'left' | 'leftBy'> {
  const after = leavings.filter((leaving) => follows(leaving, record))
  if (after.length === 0) return { left: false, leftBy: null }
  const over = after.filter((leaving) => isOver(leaving, intent.facts))
  if (frees(ledger, intent, record, over)) return { left: true, leftBy: null }
  const awaited = after.find((leaving) => leaving.outcome === null && frees(ledger, intent, record, [...over, leaving]))
  return { left: false, leftBy: awaited?.entry ?? null }
}

/** True where a deregistration is of the contracts of a registration, and can be mined only after it. */
function follows({ request: leaving }: Leaving, { request }: SignedRecord): boolean {
  if (!samePlace(leaving, request) || ended[leaving.kind]?.includes(request.kind) !== true) return false
  if (!leaving.contracts.every((contract) => request.contracts.includes(contract))) return false
  return isBefore(request, leaving)
}

/** True where two transactions are of one sender, and the first has the lower nonce. */
const isBefore = (first: RequestFacts, second: RequestFacts): boolean =>
  first.sender !== null &&
  first.sender === second.sender &&
  first.nonce !== null &&
  second.nonce !== null &&
  first.nonce < second.nonce

/** True where a deregistration was mined, or is mined before the new request can be. */
const isOver = ({ alone, outcome, request }: Leaving, facts: RequestFacts): boolean =>
  outcome === 'success' || (outcome === null && alone && isBefore(request, facts))

/** True where deregistrations leave nothing of a registration, or nothing that the new request is about. */
function frees(ledger: Ledger, intent: Asking, record: SignedRecord, leavings: readonly Leaving[]): boolean {
  if (leavings.length === 0) return false
  if (record.request.kind === 'register-with-stake-registry') return true
  const entered = quorumsOf(ledger, record.request.digest)
  const gone = new Set(leavings.flatMap(({ request }) => quorumsOf(ledger, request.digest)))
  if (entered.length > 0 && entered.every((quorum) => gone.has(quorum))) return true
  const asked = intent.quorums ?? []
  return asked.length > 0 && asked.every((quorum) => gone.has(quorum) && entered.includes(quorum))
}

/** The quorums of a request that this ledger keeps; none where it does not have it, as of one that was imported. */
function quorumsOf(ledger: Ledger, digest: DocumentDigest): readonly number[] {
  const bytes = ledger.document(digest)
  if (bytes === null) return []
  try {
    return concernsOf(decodeRequest('reading a request of the ledger', bytes).request).quorums ?? []
  } catch (error) {
    if (error instanceof AirlockError) return []
    throw error
  }
}
