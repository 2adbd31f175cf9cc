// The next command to type for a request, with the paths of its documents. Pure.
//
// A node's URL may hold a key: it is never shown, and stands as URL.
import { join } from 'node:path'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import { buildAgainLine } from '../../shared/request/build-again.ts'
import { coldLine, hotLine } from '../../shared/base/commands.ts'
import { signCommand } from '../build/commands.ts'
import { memoryOf } from '../send/fate.ts'
import type { Kept } from '../journal/journal.ts'
import type { JournalEvent } from '../journal/journal-event.ts'
import type { State } from './journal-state.ts'

/** A command, and where it is typed. */
export interface NextCommand {
  readonly machine: 'online' | 'offline'
  readonly command: string
}

/**
 * What to type next; nothing where all is done.
 *
 * @param journal the folder as it was typed; undefined for the usual one
 */
export function nextCommands(
  { name, folder, hasReceipt, events }: Kept,
  request: UnsignedRequest,
  state: State,
  journal: string | undefined,
): readonly NextCommand[] {
  const place = { REQUEST: name, '--journal': journal }
  const path = join(folder, 'request.json')
  const online = (command: string): NextCommand => ({ machine: 'online', command })
  const sendLine = hotLine('send', { ...place, '--confirmations': patienceOf(events) })
  switch (state) {
    case 'waiting':
    case 'partial':
      return [
        { machine: 'offline', command: signCommand(request, path) },
        online(hotLine('verify', { ...place, REQUEST: path, RESPONSE: 'response.json' })),
      ]
    case 'ready':
      if (request.transaction === null) return [online(hotLine('safe', place))]
      return [online(sendLine)]
    case 'gap':
    case 'sent':
    case 'pending':
    case 'dropped':
    case 'reorganised':
    case 'mined':
      return [online(sendLine)]
    case 'done':
      return hasReceipt
        ? [{ machine: 'offline', command: coldLine('ledger receipt', { FILE: join(folder, 'receipt.json') }) }]
        : []
    case 'replaced':
      // All that a transfer to oneself is about is its nonce, and that is used.
      return request.operation.kind === 'self-transfer' ? [] : [online(buildAgainLine(request))]
    case 'expired':
    case 'reverted':
    case 'left-out':
      return [online(buildAgainLine(request))]
    case 'unreadable':
      return []
  }
}

/** As many confirmations as the run before waited for; undefined for the usual one. */
function patienceOf(events: readonly JournalEvent[]): number | undefined {
  const { confirmations } = memoryOf(events)
  return confirmations === 1 ? undefined : confirmations
}
