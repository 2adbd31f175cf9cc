// The state after: a mined transaction can still leave the operator out, so the contracts are asked.
//
// EigenDA since 2025-09 removes the operator with the lowest stake from a full quorum inside the registration itself: a
// weak newcomer's transaction succeeds, emits OperatorRegistered, and leaves it unregistered. Read at the block of the
// transaction: status in the RegistryCoordinator and in the AVSDirectory, quorums, operator id; the socket from the event.
import { decodeAbiParameters, toEventSelector } from 'viem'
import { refusal, refuseAll, type Problem } from '../shared/errors.ts'
import type { Address, Bytes32 } from '../shared/fields.ts'
import { quorumBitmap } from '../shared/quorums.ts'
import type { UnsignedRequest } from '../shared/request.ts'
import type { Nodes } from './nodes.ts'
import { call, Reader, record } from './reader.ts'
import { blockOf, type MinedTransaction } from './receipt.ts'
import { operatorStatus } from './registration-state.ts'

/** What the contracts say after the registration. */
export interface Registration {
  readonly operatorStatus: 'REGISTERED'
  readonly avsOperatorStatus: 'REGISTERED'
  readonly operatorId: Bytes32
  /** All quorums of the operator, those registered before included. */
  readonly quorums: readonly number[]
  /** From the event of the transaction; null where the contract kept the socket it had. */
  readonly socket: string | null
}

const SOCKET_UPDATE = toEventSelector('OperatorSocketUpdate(bytes32,string)')

/**
 * Reads what the contracts say of the operator at the block of the transaction.
 *
 * @throws AirlockError those of reading
 */
export const readBack = (nodes: Nodes, request: UnsignedRequest, mined: MinedTransaction): Promise<Status> =>
  readStatus(new Reader(nodes, blockOf(mined)), request)

/** All quorums of a bitmap. */
export const quorumsOf = ({ bitmap }: Pick<Status, 'bitmap'>): readonly number[] =>
  Array.from({ length: 192 }, (_, number) => number).filter((number) => ((bitmap >> BigInt(number)) & 1n) === 1n)

/**
 * Whether what was read back is the registration that was signed.
 *
 * @param operatorId of the BLS key in the transaction, or null where the contract knew it before
 * @throws AirlockError mined_but_not_registered, readback_mismatch
 */
export function registrationIn(
  state: Status,
  request: UnsignedRequest,
  mined: MinedTransaction,
  operatorId: Bytes32 | null,
): Registration {
  const { operator, quorums } = request.operation
  const bitmap = state.bitmap
  const wanted = quorumBitmap(quorums)
  const left = quorums.filter((number) => ((bitmap >> BigInt(number)) & 1n) === 0n)
  if (
    state.status !== operatorStatus.registered ||
    state.avsStatus !== operatorStatus.registered ||
    (bitmap & wanted) !== wanted
  ) {
    const seen =
      `the transaction succeeded, but ${operator} has status ${state.status} in the RegistryCoordinator (1 is registered), ` +
      `${state.avsStatus} in the AVSDirectory, and is not in quorum ${left.join(', ')}`
    const hint =
      'a full quorum may have removed it at once for its low stake: compare its stake with the lowest, then register again'
    throw refusal('reading back', 'mined_but_not_registered', seen, hint)
  }
  const socket = socketOf(request, mined)
  refuseAll('reading back', differences(request, state.operatorId, operatorId, socket))
  return {
    operatorStatus: 'REGISTERED',
    avsOperatorStatus: 'REGISTERED',
    operatorId: state.operatorId,
    quorums: quorumsOf(state),
    socket,
  }
}

/** What was read: statuses as numbers of the contracts, all quorums as a bitmap. */
export interface Status {
  readonly status: number
  readonly avsStatus: number
  readonly operatorId: Bytes32
  readonly bitmap: bigint
}

async function readStatus(reader: Reader, { operation }: UnsignedRequest): Promise<Status> {
  const { operator, registryCoordinator: coordinator, serviceManager } = operation
  const first = await reader.read(
    record({
      status: call<number>(
        'RegistryCoordinator',
        coordinator,
        'getOperatorStatus(address) view returns (uint8)',
        operator,
      ),
      operatorId: call<Bytes32>(
        'RegistryCoordinator',
        coordinator,
        'getOperatorId(address) view returns (bytes32)',
        operator,
      ),
      avsDirectory: call<Address>('ServiceManager', serviceManager, 'avsDirectory() view returns (address)'),
    }),
  )
  const avsStatus = 'avsOperatorStatus(address,address) view returns (uint8)'
  const bitmap = 'getCurrentQuorumBitmap(bytes32) view returns (uint192)'
  const second = await reader.read(
    record({
      bitmap: call<bigint>('RegistryCoordinator', coordinator, bitmap, first.operatorId),
      avsStatus: call<number>('AVSDirectory', first.avsDirectory, avsStatus, serviceManager, operator),
    }),
  )
  return { ...first, ...second }
}

function socketOf({ operation }: UnsignedRequest, { logs }: MinedTransaction): string | null {
  const coordinator = operation.registryCoordinator.toLowerCase()
  const update = logs.find(
    ({ address, topics }) => address.toLowerCase() === coordinator && topics[0] === SOCKET_UPDATE,
  )
  if (update === undefined) return null
  try {
    return decodeAbiParameters([{ type: 'string' }], update.data)[0]
  } catch {
    return null
  }
}

function differences(
  { operation }: UnsignedRequest,
  found: Bytes32,
  expected: Bytes32 | null,
  socket: string | null,
): Problem[] {
  const hint = 'compare with another --rpc-url; if it says the same, the contract is of a kind not known here'
  const problems: Problem[] = []
  if (expected !== null && found !== expected) {
    problems.push({
      code: 'readback_mismatch',
      message: `the contract has operator id ${found}, expected ${expected}`,
      hint,
    })
  }
  if (socket !== null && socket !== operation.socket) {
    problems.push({
      code: 'readback_mismatch',
      message: 'the contract announced another socket than the one signed',
      hint,
    })
  }
  return problems
}
