// The offer, after a document was written, to show it at once as QR code.
import { showCodes } from '../../local/show-codes.ts'
import { askLine } from '../../local/prompt.ts'

/** Offers to show a document that is written already: whatever happens here, the command is done. */
export async function offerCode(path: string): Promise<void> {
  if (!process.stdout.isTTY) return
  const answer = await askLine('\nShow it as QR code now? [y/N] ').catch(() => '')
  if (/^y(es)?$/i.test(answer.trim())) await showCodes(path, {})
}
