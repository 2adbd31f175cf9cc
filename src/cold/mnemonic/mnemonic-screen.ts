// Shows the words of a new mnemonic once, and asks them back.
//
// On the alternate screen, which no scroll-back keeps; it is wiped between showing and asking, and at every way out. A word
// is told by its first four letters, as BIP-39 makes its list. Nobody gets keys from words that were not written down.
import { refusal } from '../../shared/base/errors.ts'
import type { Mnemonic } from './mnemonic.ts'
import { askLine } from '../../local/prompt.ts'

const COLUMNS = 4
const CLEAR = '\x1b[2J\x1b[3J\x1b[H'
const MOST_MISTAKES = 3
const ENOUGH_LETTERS = 4

/**
 * Shows a mnemonic and has every word typed back.
 *
 * @throws AirlockError no_terminal, interrupted, mnemonic_not_repeated
 */
export async function showAndAskBack({ words }: Mnemonic): Promise<void> {
  const { stderr, stdin } = process
  if (!stdin.isTTY || !stderr.isTTY) {
    const hint = 'run this command in a terminal: the words are for your eyes and your paper'
    throw refusal('showing the words', 'no_terminal', 'there is no terminal to show them on', hint)
  }
  const leave = (): unknown => stderr.write(`${CLEAR}\x1b[?1049l`)
  process.once('exit', leave)
  stderr.write('\x1b[?1049h')
  try {
    await repeatUntilRight(words)
  } finally {
    process.off('exit', leave)
    leave()
  }
}

async function repeatUntilRight(words: readonly string[]): Promise<void> {
  for (let mistakes = 0; mistakes < MOST_MISTAKES; mistakes += 1) {
    process.stderr.write(`${CLEAR}${table(words)}\n\n`)
    process.stderr.write('Write these words on paper, in this order. They are the keys: whoever has\n')
    process.stderr.write('them has everything, and without them nothing comes back.\n\n')
    await askLine('Press Enter when they are written down; you will be asked for each of them. ')
    if (await askBack(words)) return
    process.stderr.write('\nThat is another word than the one shown. The words come once more.\n')
    await askLine('Press Enter. ')
  }
  const seen = `the words were typed wrongly ${MOST_MISTAKES} times`
  const hint = 'nothing was written; begin again, and new words will be made'
  throw refusal('asking the words back', 'mnemonic_not_repeated', seen, hint)
}

/** True when every word was typed right. */
async function askBack(words: readonly string[]): Promise<boolean> {
  for (const [index, word] of words.entries()) {
    process.stderr.write(CLEAR)
    const typed = (await askLine(`Word ${index + 1} of ${words.length} (four letters are enough): `))
      .trim()
      .toLowerCase()
    const isRight = typed === word || (typed.length >= ENOUGH_LETTERS && word.startsWith(typed))
    if (!isRight) return false
  }
  process.stderr.write(CLEAR)
  return true
}

/** The words in columns, numbered downwards. */
function table(words: readonly string[]): string {
  const rows = Math.ceil(words.length / COLUMNS)
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: COLUMNS }, (__, column) => {
      const place = column * rows + row
      const word = words[place]
      return word === undefined ? '' : `${String(place + 1).padStart(4)}  ${word.padEnd(12)}`
    }).join(''),
  )
  return lines.map((line) => line.trimEnd()).join('\n')
}
