// The contract that an AVS lets its operators in by: of which kind it is, by what it answers, and what it has of an operator.
//
// Follows SlashingRegistryCoordinator.sol (f310f097 and the build of February 2025) and AVSRegistrar.sol with its variants
// (7b77195) of eigenlayer-middleware. A contract that answers as neither is refused: what its `data` means is not known here,
// and a registration with the wrong data can only fail, or do something else than what is shown.
//
// What the node says a coordinator computes is compared with our own digest and point: a proxy of M2 that was upgraded without
// its new initializer hashes another domain.
import { encodeG1, word } from '../../shared/chain/bn254.ts'
import { blsProofMessage } from '../../shared/operation-parts/bls-proof.ts'
import { AirlockError, refusal, type Problem } from '../../shared/base/errors.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import { strategiesRead, type SetParams } from '../m2/registration-state.ts'
import type { SetsWish } from './sets-state.ts'
import { call, contractCode, list, optional, record, type Read, type Reader } from '../rpc/reader.ts'

/** A registrar with what it has of the operator and of the sets. */
export type Registrar = CoordinatorRegistrar | KeyedRegistrar

/** A SlashingRegistryCoordinator: a quorum is an operator set. */
export interface CoordinatorRegistrar {
  readonly kind: 'coordinator'
  readonly at: Address
  readonly supportsAvs: boolean | null
  readonly pausedBits: bigint
  readonly quorumCount: number
  /** Of the operator, as the contract counts them: 1 is registered. */
  readonly status: number
  readonly cooldown: bigint
  readonly lastEjection: bigint
  readonly bitmap: bigint
  /** The BLS key bound to the operator for ever; a zero word where there is none. */
  readonly boundKey: Bytes32
  /** Who has the BLS key that is meant; the zero address where nobody does. */
  readonly keyOwner: Address
  readonly stakeRegistry: Address
  /** Of the quorums, in their order. */
  readonly maxima: readonly (SetParams | null)[]
  readonly quorums: readonly RegistrarQuorum[]
}

/** One quorum; null where the registries do not have it. */
export interface RegistrarQuorum {
  readonly number: number
  readonly minimum: bigint | null
  /** What is delegated to the operator; of a quorum that counts only allocated stake, what counts while it is no member. */
  readonly weight: bigint | null
  readonly countsSlashable: boolean
  readonly operators: number | null
  readonly maximum: number | null
  /** How many strategies it weighs. */
  readonly strategies: number | null
}

/** An AVSRegistrar: the keys are in the KeyRegistrar. */
export interface KeyedRegistrar {
  readonly kind: 'keyed'
  readonly at: Address
  readonly supportsAvs: boolean | null
  /** What it has as the operator's socket; null where it keeps none. */
  readonly socket: string | null
  /** Whether the operator is on the allow-list; null where there is none. */
  readonly allowed: boolean | null
  readonly keyRegistrar: Address
  readonly keys: readonly SetKey[]
}

/** What the KeyRegistrar has of the operator for one set. */
export interface SetKey {
  readonly id: number
  readonly hasKey: boolean
  /** Which keys the set takes, as the contract numbers curves; null where it does not say. */
  readonly curve: number | null
}

/** What is read of a registrar. */
export interface RegistrarWish extends SetsWish {
  /** Of the BLS key that will be used, where the caller knows it. */
  readonly operatorId: Bytes32 | null
}

const ZERO_WORD = word(0n)
const TRUST =
  'give an --rpc-url that you trust; if two nodes agree, report it: the contract is of a kind not known here'

/** Which contract the AllocationManager asks for an AVS. */
export const registrarRead = (allocationManager: Address, avs: Address): Read<Address> =>
  call<Address>('AllocationManager', allocationManager, 'getAVSRegistrar(address) view returns (address)', avs)

/**
 * Reads a registrar, in two batches.
 *
 * @throws AirlockError contract_kind_unknown, no_contract_code, digest_mismatch, message_point_mismatch, domain_unknown,
 *   contracts_disagree, and those of reading
 */
export async function readRegistrar(
  reader: Reader,
  chainId: number,
  at: Address,
  wish: RegistrarWish,
): Promise<Registrar> {
  const look = await reader.read(lookReads(at, wish))
  refuseOtherManager(at, look.manager, wish)
  const { blsApkRegistry, stakeRegistry, indexRegistry, digest, point, keyRegistrar } = look
  if (
    blsApkRegistry !== null &&
    stakeRegistry !== null &&
    indexRegistry !== null &&
    digest !== null &&
    point !== null
  ) {
    crossCheck(chainId, at, wish, { digest, point, separator: look.separator })
    const registries = await reader.read(
      registryReads(at, wish, look.operatorId, { blsApkRegistry, stakeRegistry, indexRegistry }),
    )
    return coordinator(at, look, registries, stakeRegistry, wish)
  }
  if (keyRegistrar === null) throw unknownKind(at, wish)
  const { supportsAvs, socket, allowed } = look
  const keys = await reader.read(list(wish.operatorSets.map((id) => keyRead(keyRegistrar, wish, id))))
  return { kind: 'keyed', at, supportsAvs, socket, allowed, keyRegistrar, keys }
}

interface Point {
  readonly X: bigint
  readonly Y: bigint
}

/** Everything by which a kind is told, and what the contract itself has. */
function lookReads(at: Address, { avs, operator, operatorSets }: RegistrarWish) {
  const of = <T>(signature: string, ...args: readonly unknown[]): Read<T | null> =>
    optional(call<T>("the AVS's registrar", at, signature, ...args))
  const parameters = '(uint32 maxOperatorCount, uint16 kickBIPsOfOperatorStake, uint16 kickBIPsOfTotalStake)'
  return record({
    code: contractCode('registrar of the AVS', at),
    supportsAvs: of<boolean>('supportsAVS(address) view returns (bool)', avs),
    manager: of<Address>('allocationManager() view returns (address)'),
    blsApkRegistry: of<Address>('blsApkRegistry() view returns (address)'),
    stakeRegistry: of<Address>('stakeRegistry() view returns (address)'),
    indexRegistry: of<Address>('indexRegistry() view returns (address)'),
    digest: of<Bytes32>('calculatePubkeyRegistrationMessageHash(address) view returns (bytes32)', operator),
    point: of<Point>('pubkeyRegistrationMessageHash(address) view returns ((uint256 X, uint256 Y))', operator),
    // Not in the build of February 2025.
    separator: of<Bytes32>('domainSeparator() view returns (bytes32)'),
    quorumCount: of<number>('quorumCount() view returns (uint8)'),
    operatorId: of<Bytes32>('getOperatorId(address) view returns (bytes32)', operator),
    status: of<number>('getOperatorStatus(address) view returns (uint8)', operator),
    pausedBits: of<bigint>('paused() view returns (uint256)'),
    cooldown: of<bigint>('ejectionCooldown() view returns (uint256)'),
    lastEjection: of<bigint>('lastEjectionTimestamp(address) view returns (uint256)', operator),
    maxima: list(
      operatorSets.map((id) => of<SetParams>(`getOperatorSetParams(uint8) view returns (${parameters})`, id & 0xff)),
    ),
    keyRegistrar: of<Address>('keyRegistrar() view returns (address)'),
    socket: of<string>('getOperatorSocket(address) view returns (string)', operator),
    allowed: of<boolean>('isOperatorAllowed(address) view returns (bool)', operator),
  })
}

type Look = ReturnType<ReturnType<typeof lookReads>['decode']>

interface Registries {
  readonly blsApkRegistry: Address
  readonly stakeRegistry: Address
  readonly indexRegistry: Address
}

function registryReads(
  at: Address,
  { operator, operatorId, operatorSets }: RegistrarWish,
  known: Bytes32 | null,
  { blsApkRegistry, stakeRegistry, indexRegistry }: Registries,
) {
  const bls = <T>(signature: string, ...args: readonly unknown[]): Read<T> =>
    call<T>('BLSApkRegistry', blsApkRegistry, signature, ...args)
  const stake = <T>(signature: string, ...args: readonly unknown[]): Read<T | null> =>
    optional(call<T>('StakeRegistry', stakeRegistry, signature, ...args))
  const count = 'totalOperatorsForQuorum(uint8) view returns (uint32)'
  const bitmap = 'getCurrentQuorumBitmap(bytes32) view returns (uint192)'
  return record({
    boundKey: bls<Bytes32>('operatorToPubkeyHash(address) view returns (bytes32)', operator),
    keyOwner: bls<Address>('pubkeyHashToOperator(bytes32) view returns (address)', operatorId ?? ZERO_WORD),
    // Reverts for an operator that was never there.
    bitmap: optional(call<bigint>('registrar', at, bitmap, known ?? ZERO_WORD)),
    quorums: list(
      operatorSets.map((id) =>
        record({
          weight: stake<bigint>('weightOfOperatorForQuorum(uint8,address) view returns (uint96)', id & 0xff, operator),
          minimum: stake<bigint>('minimumStakeForQuorum(uint8) view returns (uint96)', id & 0xff),
          // 0 counts what is delegated, 1 what is allocated.
          type: stake<number>('stakeTypePerQuorum(uint8) view returns (uint8)', id & 0xff),
          operators: optional(call<number>('IndexRegistry', indexRegistry, count, id & 0xff)),
          strategies: strategiesRead(stakeRegistry, id & 0xff),
        }),
      ),
    ),
  })
}

function coordinator(
  at: Address,
  look: Look,
  { boundKey, keyOwner, bitmap, quorums }: ReturnType<ReturnType<typeof registryReads>['decode']>,
  stakeRegistry: Address,
  { operatorSets }: RegistrarWish,
): CoordinatorRegistrar {
  return {
    kind: 'coordinator',
    at,
    supportsAvs: look.supportsAvs,
    pausedBits: look.pausedBits ?? 0n,
    quorumCount: look.quorumCount ?? 0,
    status: look.status ?? 0,
    cooldown: look.cooldown ?? 0n,
    lastEjection: look.lastEjection ?? 0n,
    bitmap: bitmap ?? 0n,
    boundKey,
    keyOwner,
    stakeRegistry,
    maxima: look.maxima,
    quorums: quorums.map(({ weight, minimum, type, operators, strategies }, index) => ({
      number: operatorSets[index] ?? 0,
      weight,
      minimum,
      countsSlashable: type === 1,
      operators,
      strategies,
      maximum: look.maxima[index]?.maxOperatorCount ?? null,
    })),
  }
}

function keyRead(keyRegistrar: Address, { avs, operator }: RegistrarWish, id: number) {
  const signature = 'isRegistered((address avs, uint32 id),address) view returns (bool)'
  const hasKey = call<boolean>('KeyRegistrar', keyRegistrar, signature, { avs, id }, operator)
  const ofSet = 'getOperatorSetCurveType((address avs, uint32 id)) view returns (uint8)'
  const curve = optional(call<number>('KeyRegistrar', keyRegistrar, ofSet, { avs, id }))
  return record({ id: constant(id), hasKey, curve })
}

/** A read that asks nothing. */
const constant = <T>(value: T): Read<T> => ({ questions: () => [], decode: () => value })

function refuseOtherManager(at: Address, manager: Address | null, { allocationManager }: RegistrarWish): void {
  if (manager === null || manager === allocationManager) return
  const seen = `the AVS's registrar ${at} serves the AllocationManager ${manager}, and not ${allocationManager}`
  throw refusal('reading the registrar', 'contracts_disagree', seen, TRUST)
}

function unknownKind(at: Address, { avs }: RegistrarWish): AirlockError {
  const seen = `the registrar ${at} of AVS ${avs} answers neither as a SlashingRegistryCoordinator nor as an AVSRegistrar: what data it wants is not known here`
  const hint = 'register with the tool that this AVS names'
  return refusal('reading the registrar', 'contract_kind_unknown', seen, hint)
}

/** Our own domain, digest and point against those of the contract. */
function crossCheck(
  chainId: number,
  at: Address,
  { operator }: RegistrarWish,
  theirs: { readonly digest: Bytes32; readonly point: Point; readonly separator: Bytes32 | null },
): void {
  const ours = blsProofMessage({ from: 'signer', operatorId: null }, { operator, coordinator: at, chainId })
  const { digest, domainHash } = ours.hashes
  const point = encodeG1(ours.point)
  const seen = [word(theirs.point.X), word(theirs.point.Y)]
  const problems: Problem[] = []
  if (theirs.separator !== null && theirs.separator !== domainHash) {
    const message = `the registrar has domain separator ${theirs.separator}, expected ${domainHash}`
    problems.push({ code: 'domain_unknown', message, hint: TRUST })
  }
  if (theirs.digest !== digest) {
    const message = `the registrar computes the BLS message digest ${theirs.digest}, this program ${digest}`
    problems.push({ code: 'digest_mismatch', message, hint: TRUST })
  }
  if (seen[0] !== point[0] || seen[1] !== point[1]) {
    const message = `the registrar computes the BLS message point ${seen.join(', ')}, this program ${point.join(', ')}`
    problems.push({ code: 'message_point_mismatch', message, hint: TRUST })
  }
  const [first, ...rest] = problems
  if (first !== undefined) throw new AirlockError('comparing with the contracts', [first, ...rest])
}
