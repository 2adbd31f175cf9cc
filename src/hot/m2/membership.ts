// What an AVS of the M2 generation has of an operator that is, or was, its member.
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import { call, contractCode, optional, record, type Reader } from '../rpc/reader.ts'

/** Statuses as numbers of the contracts, all quorums as a bitmap. */
export interface Membership {
  readonly serviceManager: Address
  readonly status: number
  readonly avsStatus: number
  readonly operatorId: Bytes32
  readonly bitmap: bigint
  readonly pausedBits: bigint
}

/**
 * Reads the membership of an operator, in two batches.
 *
 * @throws AirlockError those of reading
 */
export async function readMembership(
  reader: Reader,
  { operator, registryCoordinator: at }: { readonly operator: Address; readonly registryCoordinator: Address },
): Promise<Membership> {
  const of = 'RegistryCoordinator'
  const first = await reader.read(
    record({
      code: contractCode(of, at),
      serviceManager: call<Address>(of, at, 'serviceManager() view returns (address)'),
      status: call<number>(of, at, 'getOperatorStatus(address) view returns (uint8)', operator),
      operatorId: call<Bytes32>(of, at, 'getOperatorId(address) view returns (bytes32)', operator),
      pausedBits: call<bigint>(of, at, 'paused() view returns (uint256)'),
    }),
  )
  const { serviceManager, status, operatorId, pausedBits } = first
  const avsDirectory = call<Address>('ServiceManager', serviceManager, 'avsDirectory() view returns (address)')
  const bitmapOf = 'getCurrentQuorumBitmap(bytes32) view returns (uint192)'
  const second = await reader.read(
    // The bitmap reverts for an operator that was never there.
    record({ avsDirectory, bitmap: optional(call<bigint>(of, at, bitmapOf, operatorId)) }),
  )
  const avsStatusOf = 'avsOperatorStatus(address,address) view returns (uint8)'
  const avsStatus = await reader.read(
    call<number>('AVSDirectory', second.avsDirectory, avsStatusOf, serviceManager, operator),
  )
  return { serviceManager, status, avsStatus, operatorId, bitmap: second.bitmap ?? 0n, pausedBits }
}

const statusNames = ['NEVER_REGISTERED', 'REGISTERED', 'DEREGISTERED']

/** A status of the RegistryCoordinator by its name. */
export const statusName = (status: number): string => statusNames[status] ?? `unknown (${status})`

/** All quorums of a bitmap. */
export const bitmapQuorums = (bitmap: bigint): readonly number[] =>
  Array.from({ length: 192 }, (_, number) => number).filter((number) => ((bitmap >> BigInt(number)) & 1n) === 1n)
