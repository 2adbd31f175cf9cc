// Entropy: the method as a person checks it, and rolls that are refused.
import { describe, expect, test } from 'vitest'
import {
  mixEntropy,
  Rolls,
  rollsNeeded,
  type EntropyLength,
  type RollKind,
} from '../../../src/cold/mnemonic/entropy.ts'
import { Seeded } from '../../support/seeded.ts'
import { refusalOf } from '../../documents/refusal.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')

/** 00 01 02 ... 3f. */
const system = Uint8Array.from({ length: 64 }, (_, index) => index)
const DICE = '135561255545564542151131416463243334656163155334266653163344145541455445345455152216561654424216646'
const COINS =
  'HTHHTTHTHTHTTHTTHTTTHHTTHTTTHTTTHHHTTTHTTTHHTHHTHTHHHHTHHHHTTHHHHTTTTTTHTTHTTHHTTHHTHHHTTTHTTHTTTTHTHHTHTHHTTHTTHTTTTHHHHTTHHTHHHTHTTTHHTTHHTTHHHHTTTHHHHTTHHTHHTHHHTHHHTHHTHTHHTHHTTHHHTHHHTHHTTTHHTHHTHTHTHTTTTTHHHHHHHHHTTHTTHTHTTTHHTTTTTHTHTHTTTTTTTTHHHHHT'

/** What coreutils printed for: printf '%s%s' 000102...3f ROLLS | sha256sum */
const SHA256SUM = {
  none: '90b826191948ddb62d780178a0a4e10b3ba746784253b5c7f1b815af0208c544',
  dice: '64dba2b9b209255449abd824b615c957b826d747408e8f7ce2adcf54c0a1d32e',
  coins: '92fab4dde97cbede4acd61e9b423c541c8f0a7a13fe4eb85490d2bbf91e3e81b',
  dice50: '8d901551fc879df5dc31bc58120a978fba788fecddae9cf694ee237ff4e8a9eb',
}

describe('the method, as sha256sum computes it', () => {
  test('without rolls', () => {
    expect(hex(mixEntropy(system, null, 32))).toBe(SHA256SUM.none)
    expect(hex(mixEntropy(system, null, 20))).toBe(SHA256SUM.none.slice(0, 40))
  })

  test('with 99 dice, and 50 for 12 words', () => {
    expect(hex(mixEntropy(system, Rolls.read('dice', text(DICE), 32), 32))).toBe(SHA256SUM.dice)
    const fifty = Rolls.read('dice', text(DICE.slice(0, 50)), 16)
    expect(hex(mixEntropy(system, fifty, 16))).toBe(SHA256SUM.dice50.slice(0, 32))
  })

  test('with 256 coins', () => {
    expect(hex(mixEntropy(system, Rolls.read('coin', text(COINS), 32), 32))).toBe(SHA256SUM.coins)
  })

  test('spaces, commas, line ends and small letters between do no harm', () => {
    const typed = COINS.toLowerCase().replace(/.{10}/g, '$& , \r\n\t')
    expect(hex(Rolls.read('coin', text(typed), 32).text)).toBe(hex(text(COINS)))
  })

  test('system randomness of another length is not taken', () => {
    expect(() => mixEntropy(system.slice(1), null, 32)).toThrow(RangeError)
  })

  test('every byte of the machine counts, with rolls and without', () => {
    for (const rolls of [null, Rolls.read('dice', text(DICE), 32)]) {
      const seen = new Set(
        Array.from(system.keys(), (index) => {
          const changed = system.map((byte, at) => (at === index ? byte ^ 1 : byte))
          return hex(mixEntropy(changed, rolls, 32))
        }),
      )
      expect(seen.size).toBe(64)
    }
  })
})

describe('how many rolls', () => {
  test.each([
    ['coin', 16, 128],
    ['coin', 32, 256],
    ['dice', 16, 50],
    ['dice', 20, 62],
    ['dice', 24, 75],
    ['dice', 28, 87],
    ['dice', 32, 99],
  ] as const)('%s, %i bytes: %i', (kind, length, count) => {
    expect(rollsNeeded(kind, length)).toBe(count)
    if (kind === 'dice') expect(Math.round((8 * length) / Math.log2(6))).toBeLessThanOrEqual(count)
  })
})

describe('refused', () => {
  const code = (kind: RollKind, rolls: string, length: EntropyLength = 16): string =>
    refusalOf(() => Rolls.read(kind, text(rolls), length)).code
  const cut = (rolls: string, count: number): string => rolls.slice(0, count)

  test.each([
    ['a roll too few for 256 bits', 'dice', cut(DICE, 98), 32, 'rolls_too_few'],
    ['a roll too few for 128 bits', 'dice', cut(DICE, 49), 16, 'rolls_too_few'],
    ['a coin too few', 'coin', cut(COINS, 255), 32, 'rolls_too_few'],
    ['none', 'dice', '', 16, 'rolls_too_few'],
    ['a zero among dice', 'dice', `${DICE}0`, 16, 'rolls_invalid'],
    ['a seven among dice', 'dice', `${DICE}7`, 16, 'rolls_invalid'],
    ['letters and digits mixed', 'coin', `${COINS}1`, 16, 'rolls_invalid'],
    ['dice for coins', 'coin', DICE, 16, 'rolls_invalid'],
    ['another character', 'dice', `${DICE}é`, 16, 'rolls_invalid'],
    ['one face', 'dice', '4'.repeat(99), 32, 'rolls_biased'],
    ['one side', 'coin', 'H'.repeat(256), 32, 'rolls_biased'],
    ['eleven of one face in a row', 'dice', `${cut(DICE, 60)}${'3'.repeat(11)}${DICE.slice(60)}`, 32, 'rolls_biased'],
    ['a die without a six', 'dice', DICE.replaceAll('6', '1'), 32, 'rolls_biased'],
    ['counting up', 'dice', '123456'.repeat(17), 32, 'rolls_biased'],
    ['to and fro', 'coin', '01'.repeat(128), 32, 'rolls_biased'],
    ['the first half again', 'dice', cut(DICE, 50).repeat(2), 32, 'rolls_biased'],
    ['the first half again, with slips', 'coin', cut(COINS, 128) + 'T' + cut(COINS, 128).slice(1), 32, 'rolls_biased'],
  ] as const)('%s', (_, kind, rolls, length, wanted) => {
    expect(code(kind, rolls, length)).toBe(wanted)
  })

  test('no message repeats rolls', () => {
    const { message } = refusalOf(() => Rolls.read('dice', text(cut(DICE, 98)), 32))
    expect(message).not.toMatch(/[1-6]{4}/)
  })
})

test('fair rolls are taken: 2,000 series of each kind and length', () => {
  const random = new Seeded(1)
  for (let series = 0; series < 2000; series += 1) {
    for (const [kind, faces] of [
      ['dice', '123456'],
      ['coin', '01'],
    ] as const) {
      const length: EntropyLength = series % 2 === 0 ? 16 : 32
      const rolls = Array.from({ length: rollsNeeded(kind, length) }, () => faces[random.below(faces.length)]).join('')
      expect(Rolls.read(kind, text(rolls), length).text.length).toBe(rolls.length)
    }
  }
})
