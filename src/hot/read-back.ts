// The state after: a mined transaction can still leave the operator out, so the contracts are asked.
//
// EigenDA since 2025-09 removes the operator with the lowest stake from a full quorum inside the registration itself: a
// weak newcomer's transaction succeeds, emits OperatorRegistered, and leaves it unregistered. Read at the block of the
// transaction: status in the RegistryCoordinator and in the AVSDirectory, quorums, operator id; the socket from the event.
import { decodeAbiParameters, toEventSelector } from 'viem'
import { word } from '../shared/bn254.ts'
import { AirlockError, refusal, type Problem } from '../shared/errors.ts'
import type { Address, Bytes32 } from '../shared/fields.ts'
import type { RegisterOperation } from '../shared/operations/register.ts'
import { quote } from '../shared/quote.ts'
import type { HotOperation, Outcome } from './outcome.ts'
import { preflight } from './preflight.ts'
import { call, record, type Reader } from './reader.ts'
import type { MinedTransaction } from './receipt.ts'
import { operatorStatus, readRegistrationState } from './registration-state.ts'

const SOCKET_UPDATE = toEventSelector('OperatorSocketUpdate(bytes32,string)')

/** The registration on chain: why it would revert, and whether it is what was signed. */
export const registerOnChain: HotOperation<RegisterOperation> = {
  problems: async ({ reader, head }, fields, { request, operatorId }) => {
    const salt = fields.operatorSignature?.salt ?? word(0n)
    const wish = { ...fields, operatorId, salt, expiry: request.expiry }
    return preflight(await readRegistrationState(reader, head, wish), wish)
  },
  outcome: async (reader, fields, mined, { operatorId }) => {
    const state = await readStatus(reader, fields)
    const socket = socketOf(fields, mined)
    const problem = leftOut(state, fields)
    return {
      facts: factsOf(state, fields, socket),
      json: {
        operatorStatus: statusName(state.status),
        avsOperatorStatus: statusName(state.avsStatus),
        operatorId: state.operatorId,
        quorums: quorumsOf(state),
        socket,
      },
      refused: problem ?? refusalOf(differences(fields, state.operatorId, operatorId, socket)),
    }
  },
}

const statusNames = ['NEVER_REGISTERED', 'REGISTERED', 'DEREGISTERED']
const statusName = (status: number): string => statusNames[status] ?? `unknown (${status})`

function factsOf(state: Status, { operator }: RegisterOperation, socket: string | null): Outcome['facts'] {
  return [
    { name: 'operator', value: operator },
    { name: 'RegistryCoordinator', value: statusName(state.status) },
    { name: 'AVSDirectory', value: statusName(state.avsStatus) },
    { name: 'quorums', value: quorumsOf(state).join(', ') || 'none' },
    { name: 'operator id', value: state.operatorId },
    { name: 'socket', value: socket === null ? 'as it was before' : quote(socket, 512) },
  ]
}

/** All quorums of a bitmap. */
const quorumsOf = ({ bitmap }: Pick<Status, 'bitmap'>): readonly number[] =>
  Array.from({ length: 192 }, (_, number) => number).filter((number) => ((bitmap >> BigInt(number)) & 1n) === 1n)

/** The refusal of a registration that the contracts do not have. */
function leftOut({ bitmap, status, avsStatus }: Status, { operator, quorums }: RegisterOperation): AirlockError | null {
  const left = quorums.filter((number) => ((bitmap >> BigInt(number)) & 1n) === 0n)
  const { registered } = operatorStatus
  if (status === registered && avsStatus === registered && left.length === 0) return null
  const seen =
    `the transaction succeeded, but ${operator} has status ${status} in the RegistryCoordinator (1 is registered), ` +
    `${avsStatus} in the AVSDirectory, and is not in quorum ${left.join(', ')}`
  const hint =
    'a full quorum may have removed it at once for its low stake: compare its stake with the lowest, then register again'
  return refusal('reading back', 'mined_but_not_registered', seen, hint)
}

function refusalOf([first, ...rest]: readonly Problem[]): AirlockError | null {
  return first === undefined ? null : new AirlockError('reading back', [first, ...rest])
}

/** What was read: statuses as numbers of the contracts, all quorums as a bitmap. */
interface Status {
  readonly status: number
  readonly avsStatus: number
  readonly operatorId: Bytes32
  readonly bitmap: bigint
}

async function readStatus(reader: Reader, fields: RegisterOperation): Promise<Status> {
  const { operator, registryCoordinator: coordinator, serviceManager } = fields
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

function socketOf({ registryCoordinator }: RegisterOperation, { logs }: MinedTransaction): string | null {
  const coordinator = registryCoordinator.toLowerCase()
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
  { socket: signed }: RegisterOperation,
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
  if (socket !== null && socket !== signed) {
    problems.push({
      code: 'readback_mismatch',
      message: 'the contract announced another socket than the one signed',
      hint,
    })
  }
  return problems
}
