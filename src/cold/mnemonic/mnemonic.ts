// BIP-39 mnemonics, read as a person types them: 12, 15, 18, 21 or 24 words of the English list.
//
// Letter case and the space between words do no harm; words are not completed and not corrected. The checksum is
// @scure/bip39's, and so is the seed (PBKDF2-HMAC-SHA512, 2048 rounds, the passphrase normalised by NFKD). Other word
// lists are not built in: they are told by most words being foreign.
//
// No message repeats a word that was typed. Where one or two words are wrong, the hint names the nearest words of the
// list; where more are, only their positions are said, for the nearest words would be most of the secret.
//
// Words are strings, which cannot be wiped; the entropy and the seed are bytes, which the caller wipes.
import { entropyToMnemonic, mnemonicToEntropy, mnemonicToSeedSync } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { AirlockError, refusal, type Problem } from '../../shared/base/errors.ts'
import { normalText } from '../keystore/password-text.ts'

/** A mnemonic whose words and checksum are right. Only Mnemonic.read and Mnemonic.of make one. */
export class Mnemonic {
  readonly words: readonly string[]

  private constructor(words: readonly string[]) {
    this.words = words
  }

  /**
   * Reads a mnemonic as typed.
   *
   * @param typed UTF-8; the caller wipes it
   * @throws AirlockError mnemonic_word_count, mnemonic_language, mnemonic_word_unknown, mnemonic_checksum
   */
  static read(typed: Uint8Array): Mnemonic {
    const text = new TextDecoder().decode(typed).normalize('NFKD').toLowerCase()
    const words = text.split(/\s+/u).filter((word) => word !== '')
    checkWords(words)
    try {
      mnemonicToEntropy(words.join(' '), wordlist).fill(0)
    } catch {
      const seen = `the ${words.length} words are of the list, but their checksum is wrong: a word or their order is`
      throw refusal(DOING, 'mnemonic_checksum', seen, 'compare each word and the order with what you wrote down')
    }
    return new Mnemonic(words)
  }

  /**
   * The mnemonic of new entropy.
   *
   * @param entropy 16, 20, 24, 28 or 32 bytes; the caller wipes them
   * @throws RangeError when there are not as many
   */
  static of(entropy: Uint8Array): Mnemonic {
    if (!LENGTHS.includes((entropy.length * 3) / 4)) throw new RangeError('entropy has 16, 20, 24, 28 or 32 bytes')
    return new Mnemonic(entropyToMnemonic(entropy, wordlist).split(' '))
  }

  /**
   * The seed that keys are derived from.
   *
   * @param passphrase UTF-8, empty for none; the caller wipes it. cerberus takes the password of the key file for it
   * @returns 64 bytes, which the caller wipes
   * @throws AirlockError password_not_text
   */
  seed(passphrase: Uint8Array): Uint8Array {
    return mnemonicToSeedSync(this.words.join(' '), normalText(passphrase))
  }
}

const DOING = 'reading mnemonic'
const LENGTHS = [12, 15, 18, 21, 24]
const MAX_SUGGESTIONS = 3
/** Changes of one letter that a slip of the pen or the finger makes at most. */
const MAX_DISTANCE = 2
/** As many wrong words get suggestions; 24 of them would be the mnemonic. */
const MAX_SUGGESTED_FOR = 2

const known = new Set(wordlist)

function checkWords(words: readonly string[]): void {
  const wrong = words.flatMap((word, index) => (known.has(word) ? [] : [{ word, position: index + 1 }]))
  if (words.length > 0 && wrong.length * 2 > words.length) {
    const seen = `${wrong.length} of ${words.length} words are not of the English list of BIP-39`
    throw refusal(DOING, 'mnemonic_language', seen, 'only English mnemonics are read here: is it of another language?')
  }
  const problems: Problem[] = []
  if (!LENGTHS.includes(words.length)) {
    const message = `there are ${words.length} words, expected 12, 15, 18, 21 or 24`
    problems.push({ code: 'mnemonic_word_count', message, hint: 'look for a word left out or typed twice' })
  }
  const suggest = wrong.length <= MAX_SUGGESTED_FOR
  for (const { word, position } of wrong) {
    const message = `word ${position} is not of the English list of BIP-39`
    problems.push({ code: 'mnemonic_word_unknown', message, hint: wordHint(suggest ? nearWords(word) : []) })
  }
  const [first, ...rest] = problems
  if (first !== undefined) throw new AirlockError(DOING, [first, ...rest])
}

const wordHint = (near: readonly string[]): string =>
  near.length === 0
    ? 'compare it with what you wrote down, letter by letter'
    : `nearest in the list: ${near.join(', ')}`

/** The nearest words of the list, the nearest first, at most three and at most two changes away. */
export function nearWords(typed: string): readonly string[] {
  return wordlist
    .map((word) => ({ word, distance: editDistance(typed, word) }))
    .filter(({ distance }) => distance <= MAX_DISTANCE)
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ word }) => word)
}

/** Levenshtein's distance: letters put in, taken out or changed. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1]
    for (const [column, other] of Array.from(to).entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
