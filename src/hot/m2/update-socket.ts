// airlock-hot build update-socket, its preflight, and the state after.
//
// Follows updateSocket of RegistryCoordinator.sol: the sender is registered, and nothing else is asked. The contract announces the
// socket by an event; builds with a SocketRegistry keep it there too. No pause stops it.
import { hotCommand } from '../../shared/base/commands.ts'
import { decodeAbiParameters, toEventSelector } from 'viem'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import type { UpdateSocketOperation } from '../../shared/operations/update-socket.ts'
import { quote } from '../../shared/base/quote.ts'
import { chosenAvs, type AvsOptions } from '../build/avs-argument.ts'
import { build, type BuildOptions } from '../build/build.ts'
import { readMembership, statusName, type Membership } from './membership.ts'
import { notDone, type HotOperation } from '../build/outcome.ts'
import { call, optional, type Reader } from '../rpc/reader.ts'
import type { MinedCall } from '../verify/receipt.ts'
import { operatorStatus } from './registration-state.ts'

export interface UpdateSocketOptions extends AvsOptions, BuildOptions {
  readonly socket: string
}

/** Builds a change of socket and writes it. */
export async function buildUpdateSocket(options: UpdateSocketOptions): Promise<void> {
  const coordinatorOn = chosenAvs(options)
  await build(options, async ({ head, reader }) => {
    const { operator, socket } = options
    const asked = { operator, registryCoordinator: coordinatorOn(head.chainId) }
    const state = await readMembership(reader, asked)
    const kept = await readKeptSocket(reader, asked, state.operatorId)
    return {
      operation: { kind: 'update-socket', ...asked, serviceManager: state.serviceManager, socket },
      problems: problems(state, operator),
      remarks: [
        ...(kept === socket ? [`the AVS has the socket ${quote(socket)} already: nothing would change`] : []),
        ...(kept !== null && kept !== socket ? [`the socket until now is ${quote(kept)}`] : []),
      ],
    }
  })
}

/** Every reason why updateSocket would revert. */
function problems({ status }: Membership, operator: Address): readonly Problem[] {
  if (status === operatorStatus.registered) return []
  const message = `${operator} has status ${statusName(status)} there: only a registered operator has a socket`
  const hint = `see what it is registered for with ${hotCommand('status', { '--avs': 'NAME', '--operator': operator, '--rpc-url': 'URL' })}; a registration brings its own --socket`
  return [{ code: 'not_registered', message, hint }]
}

/** The socket that the AVS keeps; null where its build keeps none. */
async function readKeptSocket(
  reader: Reader,
  { registryCoordinator }: { readonly registryCoordinator: Address },
  operatorId: Bytes32,
): Promise<string | null> {
  const registry = await reader.read(
    optional(call<Address>('RegistryCoordinator', registryCoordinator, 'socketRegistry() view returns (address)')),
  )
  if (registry === null) return null
  const socketOf = 'getOperatorSocket(bytes32) view returns (string)'
  return reader.read(optional(call<string>('SocketRegistry', registry, socketOf, operatorId)))
}

const SOCKET_UPDATE = toEventSelector('OperatorSocketUpdate(bytes32,string)')

/** The socket that a transaction announced; null where it announced none. */
export function announcedSocket(coordinator: Address, { logs }: MinedCall): string | null {
  const update = logs.find(
    ({ address, topics }) => address.toLowerCase() === coordinator.toLowerCase() && topics[0] === SOCKET_UPDATE,
  )
  if (update === undefined) return null
  try {
    return decodeAbiParameters([{ type: 'string' }], update.data)[0]
  } catch {
    return null
  }
}

/** The online side of a change of socket. */
export const updateSocketOnChain: HotOperation<UpdateSocketOperation> = {
  problems: async ({ reader }, fields) => problems(await readMembership(reader, fields), fields.operator),
  outcome: async (reader, fields, mined) => {
    const { status, operatorId } = await readMembership(reader, fields)
    const announced = announcedSocket(fields.registryCoordinator, mined)
    const kept = await readKeptSocket(reader, fields, operatorId)
    const done = announced === fields.socket && (kept === null || kept === fields.socket)
    const seen = announced === null ? 'no socket was announced' : 'the contract announced or keeps another socket'
    return {
      facts: [
        { name: 'operator', value: fields.operator },
        { name: 'RegistryCoordinator', value: statusName(status) },
        { name: 'socket', value: announced === null ? 'not announced' : quote(announced, 512) },
      ],
      json: { operatorStatus: statusName(status), socket: announced },
      refused: done ? null : notDone(seen),
    }
  },
}
