// airlock-cold ledger receipt FILE: keeps what the online machine says became of a transaction.
//
// Taken only for a request that this ledger signed, and for a transaction that follows from that request and a response that
// was written: the hash is derived here. What the receipt says of the chain is one node's word, and is recorded as that.
import { coldCommand, hotCommand } from '../../shared/base/commands.ts'
import { readDocument } from '../../local/document-file.ts'
import { plainReader } from '../../local/scan.ts'
import { hang, print, printJson } from '../../local/terminal.ts'
import { callSignatures, completeCall } from '../../shared/request/derive.ts'
import { digestWords, documentDigest, type DocumentDigest } from '../../shared/base/document.ts'
import { refusal, type AirlockError } from '../../shared/base/errors.ts'
import { entriesOf, type EntryOf } from '../../shared/evidence/evidence-view.ts'
import type { Bytes32 } from '../../shared/base/fields.ts'
import { decodeReceipt, MOST_VALUE, type Receipt } from '../../shared/ledger/receipt-document.ts'
import { decodeRequest } from '../../shared/request/request.ts'
import { decodeResponse } from '../../shared/request/response.ts'
import { assembleTransaction } from '../../shared/chain/transaction.ts'
import { ether, grouped, utc } from '../../shared/base/units.ts'
import { quote } from '../../shared/base/quote.ts'
import { Ledger, ledgerFolder } from '../ledger/ledger.ts'

export interface ReceiptOptions {
  readonly ledger?: string
  readonly json?: boolean
}

const DOING = 'recording the receipt'

/** Records a receipt in the ledger; one that is there already is not recorded twice. */
export async function recordReceipt(path: string, options: ReceiptOptions): Promise<void> {
  const bytes = await readDocument('reading the receipt', path, plainReader)
  const receipt = decodeReceipt('reading the receipt', bytes)
  const ledger = Ledger.open(ledgerFolder(options.ledger))
  checkReceipt(ledger, receipt)
  const digest = documentDigest(bytes)
  const before = entriesOf(ledger.entries, 'receipt').find(({ body }) => body.receipt === digest)
  if (before === undefined) ledger.keep(bytes)
  const entry = before ?? ledger.append(() => ({ event: 'receipt', receipt: digest, request: receipt.requestDigest }))
  tell(ledger, receipt, entry.entry, before !== undefined, options)
}

/** The transaction must be one that this ledger signed for that request. */
function checkReceipt(ledger: Ledger, { requestDigest, transaction }: Receipt): void {
  const signed = entriesOf(ledger.entries, 'signed').filter(({ body }) => body.request.digest === requestDigest)
  if (signed.length === 0) {
    const seen = `the receipt is for request ${requestDigest}, which this ledger never signed`
    throw refusal(DOING, 'receipt_without_request', seen, 'name the ledger that signed it with --ledger FOLDER')
  }
  const hashes = transactionsSigned(ledger, requestDigest, signed)
  if (hashes.includes(transaction)) return
  if (hashes.length === 0) throw nothingToCompare(requestDigest)
  const seen = `the receipt is of transaction ${transaction}, and request ${requestDigest} gave ${hashes.join(', ')}`
  throw refusal(
    DOING,
    'receipt_transaction_unknown',
    seen,
    `write the receipt again: ${hotCommand('send', { RESPONSE: 'RESPONSE', '--receipt': 'FILE' })}`,
  )
}

function nothingToCompare(request: DocumentDigest): AirlockError {
  const seen = `no response with a transaction to request ${request} is recorded as written, so the transaction is not known here`
  return refusal(
    DOING,
    'receipt_transaction_unknown',
    seen,
    `sign that request again with ${coldCommand('sign')}: the response is the same`,
  )
}

/** The hashes of the transactions in the responses to a request, derived from both documents. */
function transactionsSigned(
  ledger: Ledger,
  digest: DocumentDigest,
  signed: readonly EntryOf<'signed'>[],
): readonly Bytes32[] {
  const numbers = new Set(signed.map(({ entry }) => entry))
  const requestBytes = ledger.document(digest)
  if (requestBytes === null) throw documentGone(digest)
  const { request } = decodeRequest(DOING, requestBytes)
  return entriesOf(ledger.entries, 'delivered')
    .filter(({ body }) => numbers.has(body.of))
    .flatMap(({ body }) => {
      const bytes = ledger.document(body.response)
      if (bytes === null) throw documentGone(body.response)
      const response = decodeResponse(DOING, bytes)
      const { transactions } = completeCall(request, callSignatures(request, response))
      return (response.transactions ?? []).flatMap((signature, rung) => {
        const unsigned = transactions[rung]
        return unsigned === undefined ? [] : [assembleTransaction(unsigned, signature).hash]
      })
    })
}

const documentGone = (digest: DocumentDigest): AirlockError =>
  refusal(
    DOING,
    'ledger_broken',
    `documents/${digest} is gone or was changed`,
    'put it back from the last good copy of the ledger',
  )

function tell(ledger: Ledger, receipt: Receipt, entry: number, known: boolean, { json }: ReceiptOptions): void {
  const { head } = ledger
  const words = digestWords(head.hash).join(' ')
  if (json === true) {
    printJson({
      entry,
      known,
      ...receipt,
      ledger: { id: ledger.id, head: { entry: head.entry, hash: head.hash, words } },
    })
    return
  }
  const { block, feeWei, readBack, status, transaction } = receipt
  print(known ? `This receipt is entry ${entry} of the ledger already` : `Recorded as entry ${entry} of the ledger`)
  print(`  transaction  ${transaction}`)
  print(`  said to be   ${status === 'success' ? 'mined with success' : 'mined and reverted'}, ${ether(feeWei)}`)
  print(`  block        ${grouped(block.number)} of ${utc(block.timestamp)}`)
  for (const { name, value } of readBack ?? [])
    print(hang(`  ${quote(name, 40).slice(1, -1).padEnd(19)} `, quote(value, MOST_VALUE).slice(1, -1)))
  print(hang('', 'This is what the online machine was told by its node; nothing here can check it.'))
  print(`Head: entry ${head.entry}`)
  print(`  words    ${words}`)
}
