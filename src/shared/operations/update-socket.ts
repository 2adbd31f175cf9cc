// The operation "update-socket": RegistryCoordinator.updateSocket of the M2 generation and of EigenDA.
//
// Follows RegistryCoordinator.sol in eigenlayer-middleware at 7d49b51. The sender is the operator, and it is registered with the
// AVS; the contract takes any text. No message is signed beside the transaction.
import * as z from 'zod'
import { avsOfCoordinator } from '../catalogue/catalogue.ts'
import { judgeCoordinator } from '../operation-parts/coordinator-findings.ts'
import { address } from '../base/fields.ts'
import { note } from '../base/finding.ts'
import type { Operation } from '../operation-parts/operation.ts'
import { STORED_WORD, storedWords } from '../operation-parts/gas.ts'
import * as packing from '../packing/packing.ts'
import { quote } from '../base/quote.ts'
import { avsText, coordinatorLines } from '../catalogue/review-names.ts'
import { judgeSocket, MAX_SOCKET, socket } from '../operation-parts/socket.ts'

export const updateSocketOperation = z
  .strictObject({
    kind: z.literal('update-socket'),
    operator: address,
    registryCoordinator: address,
    serviceManager: address,
    socket,
  })
  .readonly()
export type UpdateSocketOperation = z.output<typeof updateSocketOperation>

/** updateSocket(socket). */
export const updateSocket: Operation<UpdateSocketOperation> = {
  packing: packing.record({
    operator: packing.address,
    registryCoordinator: packing.address,
    serviceManager: packing.address,
    socket: packing.text,
  }),
  title: 'Change the socket of an operator',
  appointees: false,
  concerns: ({ registryCoordinator, serviceManager, socket }) => ({
    avs: serviceManager,
    contracts: [
      ['registryCoordinator', registryCoordinator],
      ['serviceManager', serviceManager],
    ],
    quorums: null,
    operatorSets: null,
    socket,
    salt: null,
  }),
  messages: () => [],
  call: ({ registryCoordinator, socket }) => ({
    to: registryCoordinator,
    signature: 'updateSocket(string)',
    args: [socket],
  }),
  // A build that keeps sockets in a registry writes a word of storage for every 32 characters; the others write an event.
  // The registries of 2024 emit it, later ones store it.
  gas: ({ socket }) => ({ least: 36_000, most: 71_000 + STORED_WORD * storedWords(socket) }),
  review: (fields, context) => [...coordinatorLines(fields, context), ['New socket', quote(fields.socket, MAX_SOCKET)]],
  summary: ({ operator, serviceManager, socket }, { chainId }) =>
    `change the socket of ${operator} at ${avsText(chainId, serviceManager)} to ${quote(socket, 80)}`,
  judge: (fields, context) => [
    ...judgeCoordinator(context.chainId, fields),
    ...judgeSocket(fields.socket, avsOfCoordinator(context.chainId, fields.registryCoordinator)),
    note(
      'socket_takes_effect',
      'the other nodes of the AVS reach the operator at the new socket from then on: the node must answer there by that time',
    ),
  ],
  meaning: (fields) => fields,
}
