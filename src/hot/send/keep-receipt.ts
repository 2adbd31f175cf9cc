// What became of the transaction, as receipt/1 for the ledger of the offline machine: in the journal, and at --receipt FILE.
//
// Made as soon as the transaction is mined, also where it reverted or left the operator out: the command goes on to say so.
import { coldLine } from '../../shared/base/commands.ts'
import * as z from 'zod'
import { writeWhole } from '../../local/files.ts'
import { print } from '../../local/terminal.ts'
import { digestWords, documentDigest, type DocumentDigest } from '../../shared/base/document.ts'
import type { UnixSeconds, Wei } from '../../shared/base/fields.ts'
import { encodeReceipt } from '../../shared/ledger/receipt-document.ts'
import { decoded } from '../rpc/common-block.ts'
import { same, type Nodes } from '../rpc/nodes.ts'
import type { Outcome } from '../build/outcome.ts'
import { blockOf, type MinedTransaction } from '../verify/receipt.ts'

/**
 * Makes the receipt of a mined transaction.
 *
 * @param outcome what the contracts said at its block; null where it reverted
 * @returns its bytes
 * @throws AirlockError rpc_disagree, rpc_bad_answer, and those of reading
 */
export async function makeReceipt(
  nodes: Nodes,
  requestDigest: DocumentDigest,
  mined: MinedTransaction,
  outcome: Outcome | null,
): Promise<Uint8Array> {
  return encodeReceipt({
    block: { hash: blockOf(mined), number: mined.block, timestamp: await timeOf(nodes, mined) },
    feeWei: mined.fee as Wei,
    gasUsed: mined.gasUsed,
    readBack: outcome && outcome.facts,
    requestDigest,
    status: mined.succeeded ? 'success' : 'reverted',
    transaction: mined.transaction.hash,
  })
}

/**
 * Writes a receipt where the person wants it.
 *
 * @throws AirlockError output_exists, output_unwritable
 */
export const writeReceipt = (path: string, bytes: Uint8Array, force: boolean): void =>
  writeWhole('writing the receipt', path, bytes, force)

/** Says where a receipt is and where it goes. */
export function tellReceipt(path: string, bytes: Uint8Array): void {
  const digest = documentDigest(bytes)
  print(`Receipt ${path}`)
  print(`  SHA-256  ${digest}`)
  print(`  words    ${digestWords(digest).join(' ')}`)
  print('Next, on the offline machine:')
  print(`  ${coldLine('ledger receipt', { FILE: path })}`)
}

const blockTime = z.object({
  timestamp: z
    .string()
    .regex(/^0x[0-9a-f]{1,12}$/)
    .transform((text) => Number(text) as UnixSeconds),
})

async function timeOf(nodes: Nodes, mined: MinedTransaction): Promise<UnixSeconds> {
  const method = 'eth_getBlockByHash'
  const said = await nodes.each(async (rpc) => {
    const [answer] = await rpc.batch([{ method, params: [mined.blockHash, false] }])
    return decoded(rpc, method, blockTime, answer)
  })
  return same(`the time of block ${mined.blockHash}`, said, ({ timestamp }) => String(timestamp)).timestamp
}
