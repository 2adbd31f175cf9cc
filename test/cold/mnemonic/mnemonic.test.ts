// Mnemonics: published vectors of BIP-39, and every way of typing one wrongly.
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Mnemonic, nearWords } from '../../../src/cold/mnemonic/mnemonic.ts'
import { refusalOf } from '../../documents/refusal.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

/** Of the vectors that BIP-39 names, passphrase TREZOR: entropy, words, seed. */
const published = [
  [
    '00000000000000000000000000000000',
    'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about',
    'c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04',
  ],
  [
    '7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f',
    'legal winner thank year wave sausage worth useful legal winner thank yellow',
    '2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607',
  ],
] as const

test.each(published)('%s', (entropy, words, seed) => {
  expect(Mnemonic.of(bytes(entropy)).words.join(' ')).toBe(words)
  expect(Buffer.from(Mnemonic.read(text(words)).seed(text('TREZOR'))).toString('hex')).toBe(seed)
})

const words = published[1][1]
const of = (...changes: readonly (readonly [number, string])[]): string => {
  const list = words.split(' ')
  for (const [position, word] of changes) list[position - 1] = word
  return list.filter((word) => word !== '').join(' ')
}
const refused = (typed: string): ReturnType<typeof refusalOf> => refusalOf(() => Mnemonic.read(text(typed)))

describe('read', () => {
  test('letter case and the space between words do no harm', () => {
    expect(Mnemonic.read(text(` \t${words.toUpperCase().replaceAll(' ', '\n  ')}\r\n`)).words.join(' ')).toBe(words)
  })

  test.each([16, 20, 24, 28, 32])('%i bytes and back', (length) => {
    const { words: made } = Mnemonic.of(createHash('sha256').update(`${length}`).digest().subarray(0, length))
    expect(made.length).toBe((length * 3) / 4)
    expect(Mnemonic.read(text(made.join(' '))).words).toEqual(made)
  })

  test.each([0, 12, 15, 17, 33, 64])('%i bytes make no mnemonic', (length) => {
    expect(() => Mnemonic.of(new Uint8Array(length))).toThrow(RangeError)
  })
})

describe('refused', () => {
  test('a wrong word: its position, and the nearest words of the list', () => {
    const { code, problems } = refused(of([6, 'sausge']))
    expect(code).toBe('mnemonic_word_unknown')
    expect(problems).toEqual([
      {
        code: 'mnemonic_word_unknown',
        message: 'word 6 is not of the English list of BIP-39',
        hint: 'nearest in the list: sausage, cause, gauge',
      },
    ])
  })

  test('two wrong words, both at once', () => {
    const hints = refused(of([1, 'legel'], [12, 'yelow'])).problems.map(({ hint }) => hint)
    expect(hints).toEqual(['nearest in the list: legal, level, feel', 'nearest in the list: below, yellow, allow'])
  })

  test('more wrong words: no hint gives the nearest', () => {
    const { problems } = refused(of([1, 'legel'], [2, 'winer'], [12, 'yelow']))
    expect(problems.map(({ message }) => /^word \d+/.exec(message)?.[0])).toEqual(['word 1', 'word 2', 'word 12'])
    expect(problems.some(({ hint }) => hint?.includes('nearest'))).toBe(false)
  })

  test('no message repeats what was typed', () => {
    expect(refused(of([6, 'qqqqqqqq'])).message).not.toContain('qqqqqqqq')
  })

  test.each([
    ['a word too few', of([3, '']), 'mnemonic_word_count'],
    ['a word twice', `${words} yellow`, 'mnemonic_word_count'],
    ['nothing', ' ', 'mnemonic_word_count'],
    ['two words in the wrong order', of([2, 'thank'], [3, 'winner']), 'mnemonic_checksum'],
    ['a wrong word of the list', of([12, 'zoo']), 'mnemonic_checksum'],
    [
      'French words',
      'abaisser abandon abdiquer abeille abolir aborder aboutir aboyer abrasif abreuver abriter abroger',
      'mnemonic_language',
    ],
    ['Japanese words', 'あいこくしん　'.repeat(12), 'mnemonic_language'],
    ['what is no text', '\u0000\ufffd '.repeat(12), 'mnemonic_language'],
  ])('%s', (_, typed, code) => {
    expect(refused(typed).code).toBe(code)
  })
})

test('the nearest words: at most three, the nearest first, none where nothing is near', () => {
  expect(nearWords('abandn')[0]).toBe('abandon')
  expect(nearWords('bat').length).toBe(3)
  expect(nearWords('qqqqqqqq')).toEqual([])
})
