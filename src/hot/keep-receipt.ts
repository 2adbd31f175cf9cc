// send --receipt FILE: what became of the transaction, as receipt/1 for the ledger of the offline machine.
//
// Written as soon as the transaction is mined, also where it reverted or left the operator out: the command goes on to say so.
import * as z from 'zod'
import { writeWhole } from '../local/files.ts'
import { print } from '../local/terminal.ts'
import { digestWords, documentDigest, type DocumentDigest } from '../shared/document.ts'
import { refusal } from '../shared/errors.ts'
import type { UnixSeconds, Wei } from '../shared/fields.ts'
import { encodeReceipt, operatorStatuses, type OperatorStatusName, type Receipt } from '../shared/receipt-document.ts'
import { quorumsOf, type Status } from './read-back.ts'
import { blockOf, type MinedTransaction } from './receipt.ts'
import type { Rpc } from './rpc.ts'

const DOING = 'reading the block of the transaction'

/** Where a receipt goes. */
export interface ReceiptFile {
  readonly path: string
  readonly force: boolean
}

/**
 * Writes the receipt of a mined transaction.
 *
 * @param state what the contracts said at its block; null where it reverted
 * @returns its bytes
 * @throws AirlockError output_exists, output_unwritable, rpc_bad_answer, and those of reading
 */
export async function keepReceipt(
  rpc: Rpc,
  requestDigest: DocumentDigest,
  mined: MinedTransaction,
  state: Status | null,
  file: ReceiptFile,
): Promise<Uint8Array> {
  const bytes = encodeReceipt({
    block: { hash: blockOf(mined), number: mined.block, timestamp: await timeOf(rpc, mined) },
    feeWei: mined.fee as Wei,
    gasUsed: mined.gasUsed,
    registration: state && registrationOf(rpc, state),
    requestDigest,
    status: mined.succeeded ? 'success' : 'reverted',
    transaction: mined.transaction.hash,
  })
  writeWhole('writing the receipt', file.path, bytes, file.force)
  return bytes
}

/** Says where a receipt is and where it goes. */
export function tellReceipt(path: string, bytes: Uint8Array): void {
  const digest = documentDigest(bytes)
  print(`Receipt ${path}`)
  print(`  SHA-256  ${digest}`)
  print(`  words    ${digestWords(digest).join(' ')}`)
  print('Next, on the offline machine:')
  print(`  airlock-cold ledger receipt ${path}`)
}

function registrationOf(rpc: Rpc, state: Status): Receipt['registration'] {
  return { operatorStatus: nameOf(rpc, state.status), quorums: quorumsOf(state) }
}

function nameOf(rpc: Rpc, status: number): OperatorStatusName {
  const name = operatorStatuses[status]
  if (name !== undefined) return name
  const seen = `${rpc.host} says that the operator has status ${status}, expected 0, 1 or 2`
  throw refusal(DOING, 'rpc_bad_answer', seen, 'give another --rpc-url')
}

const blockTime = z.object({
  timestamp: z
    .string()
    .regex(/^0x[0-9a-f]{1,12}$/)
    .transform((text) => Number(text) as UnixSeconds),
})

async function timeOf(rpc: Rpc, mined: MinedTransaction): Promise<UnixSeconds> {
  const [answer] = await rpc.batch([{ method: 'eth_getBlockByHash', params: [mined.blockHash, false] }])
  if (answer === undefined || 'error' in answer) throw rpc.refused('eth_getBlockByHash', answer)
  const result = blockTime.safeParse(answer.result)
  if (result.success) return result.data.timestamp
  const seen = `${rpc.host} gave a block that does not decode`
  throw refusal(DOING, 'rpc_bad_answer', seen, 'give another --rpc-url')
}
