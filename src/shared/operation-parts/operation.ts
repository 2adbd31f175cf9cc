// What an operation says of itself: the same questions for each of them, answered in one file of operations/.
//
// An operation is typed fields and nothing else. From them follow, by pure functions that both programs run: the messages to
// sign, the one call that the transaction makes, its gas, what a person reads, and what speaks against it. Adding an
// operation is one such file, its entry in operation-kinds.ts, one preflight on the online side, one vector, one screen.
import type { ProofVerdict, PubkeyRegistrationParams } from '../chain/bls-registration.ts'
import { hashToG1, type G1Point } from '../chain/bn254.ts'
import type { Call } from '../chain/call.ts'
import type { Address, Bytes32, EcdsaSignature, UnixSeconds } from '../base/fields.ts'
import type { Finding, ReviewLine } from '../base/finding.ts'
import type { Gas } from './gas.ts'
import type { Packing } from '../packing/packing.ts'
import { hashTyped, type TypedData, type TypedDataHashes } from '../chain/typed-data.ts'

/** Signatures that go into the calldata, by their fields in a response, in the order in which they are made. */
export const messageParts = ['operatorSignature', 'keySignature', 'pubkeyRegistrationParams'] as const
export type MessagePart = (typeof messageParts)[number]

/** All parts of a response, in the order in which they are made: the transaction is signed over the others. */
export const responseParts = [...messageParts, 'transactions'] as const
export type ResponsePart = (typeof responseParts)[number]

/** An EIP-712 message with its hashes. */
export interface HashedMessage {
  readonly data: TypedData
  readonly hashes: TypedDataHashes
}

/** Computes a value when it is first read, and once: most readers of a message want to know its signer alone. */
function once<Value>(compute: () => Value): () => Value {
  let computed: { readonly value: Value } | null = null
  return () => (computed ??= { value: compute() }).value
}

/** A message with its hashes, which are computed when they are first read. */
export function hashed(data: TypedData): HashedMessage {
  const hashes = once(() => hashTyped(data))
  return {
    data,
    get hashes() {
      return hashes()
    },
  }
}

/** A message for an ECDSA key. */
export interface EcdsaMessage extends HashedMessage {
  readonly part: 'operatorSignature' | 'keySignature'
  /** Whose key signs it. */
  readonly signer: Address
  /** The message whose digest this one holds, where a Safe answers for it. */
  readonly inner?: HashedMessage
}

/** A message for an ECDSA key; its hashes are computed when they are first read. */
export function messageForEcdsa(data: TypedData, of: Pick<EcdsaMessage, 'part' | 'signer' | 'inner'>): EcdsaMessage {
  const message = hashed(data)
  return {
    ...of,
    data,
    get hashes() {
      return message.hashes
    },
  }
}

/** A message for a BLS key: the EIP-712 digest and the curve point that it hashes to. */
export interface ProofMessage extends HashedMessage {
  readonly part: 'pubkeyRegistrationParams'
  readonly point: G1Point
  /** The proof, where the request carries one that was made elsewhere; null where its signer is to make it. */
  readonly carried: PubkeyRegistrationParams | null
  /** The BLS key that the request names; null where it is left to the signer. */
  readonly operatorId: Bytes32 | null
  /** Checks a proof exactly as the contract will. */
  readonly check: (params: PubkeyRegistrationParams) => ProofVerdict
}

/**
 * A message for a BLS key; its hashes and its point are computed when they are first read.
 *
 * @param check checks a proof as the contract will, by the digest and its point
 */
export function messageForBls(
  data: TypedData,
  of: Pick<ProofMessage, 'carried' | 'operatorId'>,
  check: (params: PubkeyRegistrationParams, digest: Bytes32, point: G1Point) => ProofVerdict,
): ProofMessage {
  const message = hashed(data)
  const point = once(() => hashToG1(message.hashes.digest))
  return {
    part: 'pubkeyRegistrationParams',
    ...of,
    data,
    get hashes() {
      return message.hashes
    },
    get point() {
      return point()
    },
    check: (params) => check(params, message.hashes.digest, point()),
  }
}

export type Message = EcdsaMessage | ProofMessage

/** The message whose digest another one holds; null where there is none. */
export const innerMessage = (message: Message): HashedMessage | null =>
  message.part === 'pubkeyRegistrationParams' ? null : (message.inner ?? null)

/** The signatures that the calldata carries; null where there is none (yet, or by the contract's leave). */
export interface CallSignatures {
  readonly operatorSignature: EcdsaSignature | null
  readonly keySignature: EcdsaSignature | null
  readonly pubkeyRegistrationParams: PubkeyRegistrationParams | null
}

/** Contracts by the part that they play in an operation; EigenLayer's own are those that the catalogue pins for a chain. */
export type ContractRole =
  | 'registryCoordinator'
  | 'serviceManager'
  | 'stakeRegistry'
  | 'registrar'
  | 'avs'
  | 'avsDirectory'
  | 'delegationManager'
  | 'allocationManager'
  | 'keyRegistrar'
  | 'permissionController'

/** What an operation is about, for the rules that are the same for all of them: ledger, policy, freezes, the catalogue. */
export interface Concerns {
  /** The AVS, by the address that EigenLayer knows it by (of the M2 generation its ServiceManager); null where there is none. */
  readonly avs: Address | null
  /** Every contract named, the AVS among them; what is called is one of them. */
  readonly contracts: readonly (readonly [role: ContractRole, address: Address])[]
  /** Quorums of the M2 generation; null where there are none. */
  readonly quorums: readonly number[] | null
  /** Ids of operator sets; null where there are none. */
  readonly operatorSets: readonly number[] | null
  /** What other nodes reach the operator at; null where none is given. */
  readonly socket: string | null
  /** Of the operator's signature; null where none is asked for. */
  readonly salt: Bytes32 | null
}

/** The fields of a request that its operation is read with. */
export interface OperationContext {
  readonly chainId: number
  readonly expiry: UnixSeconds
}

/** The time after which the contract refuses what somebody else signed; such a time may be hours away, or minutes. */
export interface Deadline {
  /** Its line of the review, such as "Approval ends". */
  readonly label: string
  /** What ends, within a sentence: "the churn approval". */
  readonly of: string
  readonly until: UnixSeconds
  /** How to get another, as a hint. */
  readonly renew: string
}

/** Where somebody may be removed for the operator that enters. */
export interface Room {
  /** A quorum, or an operator set of a coordinator, which is the same. */
  readonly number: number
  /** Whom the call names; null where the contract chooses. */
  readonly named: Address | null
}

/** The fields that every operation has. */
export interface OperationFields {
  readonly kind: string
  readonly operator: Address
}

/** An operation beside its schema: its packed form, and what follows from its fields. */
export interface Operation<Fields extends OperationFields> {
  readonly packing: Packing<Omit<Fields, 'kind'>>
  /** The heading of its review, such as "Register an operator with an AVS". */
  readonly title: string
  /** True where the PermissionController may let somebody else send it in the operator's stead. */
  readonly appointees: boolean
  /**
   * True for what only takes an operator out of something: of two such transactions with one nonce either may be mined without
   * harm, so that they can be signed in advance as alternatives.
   */
  readonly leaves?: true
  /** The one address that the contract takes it from, whoever is permitted; absent or null where `appointees` decides. */
  readonly soleSender?: (fields: Fields) => Address | null
  readonly concerns: (fields: Fields) => Concerns
  /** Where a place is made for the operator if there is none; absent where no call of this kind removes anybody else. */
  readonly makesRoom?: (fields: Fields) => readonly Room[]
  /** The messages to sign, in the order of messageParts; those with a carried proof too. */
  readonly messages: (fields: Fields, context: OperationContext) => readonly Message[]
  readonly call: (fields: Fields, context: OperationContext, signatures: CallSignatures) => Call
  /** What such calls were measured to need, by what the request alone says. */
  readonly gas: (fields: Fields, context: OperationContext) => Gas
  /** Every field of its own, in human units; operator, network and expiry are shown for all operations alike. */
  readonly review: (fields: Fields, context: OperationContext) => readonly ReviewLine[]
  /** What of it ends before the request does; shown with the time that is left. None where it is left out. */
  readonly deadlines?: (fields: Fields) => readonly Deadline[]
  /** It in a few words that can stand after "In short:", without network and fee. */
  readonly summary: (fields: Fields, context: OperationContext) => string
  /** What there is to say of it beside what is said of all operations. */
  readonly judge: (fields: Fields, context: OperationContext) => readonly Finding[]
  /** What it does, as fields: two requests with the same meaning cannot contradict each other. */
  readonly meaning: (fields: Fields) => Readonly<Record<string, unknown>>
}
