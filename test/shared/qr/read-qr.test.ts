// Codes in pictures as cameras take them: dim, mirrored, noisy, blurred, tilted; and pictures without any.
import { describe, expect, test } from 'vitest'
import type { GrayPicture } from '../../../src/shared/qr/picture.ts'
import { capacity, makeQrCode } from '../../../src/shared/qr/qr-code.ts'
import { readFrame, readPicture } from '../../../src/shared/qr/read-qr.ts'
import { CLEAR, screenOf, shoot, type Shot } from '../../support/camera.ts'
import { Seeded } from '../../support/seeded.ts'

const random = new Seeded(11)
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const textOf = (version: number): string =>
  Array.from({ length: capacity(version) }, () => LETTERS.charAt(random.below(36))).join('')

function taken(version: number, how: Partial<Shot>): { text: string; picture: GrayPicture } {
  const text = textOf(version)
  return { text, picture: shoot(screenOf(makeQrCode(text)), { ...CLEAR, ...how }, random) }
}

const blank = (width: number, height: number, shade = 128): GrayPicture => ({
  width,
  height,
  pixels: new Uint8Array(width * height).fill(shade),
})

describe('a code is read, as a frame and as a picture', () => {
  test.each<[string, number, Partial<Shot>]>([
    ['clear', 12, {}],
    ['dim', 10, { black: 20, white: 60, around: 30 }],
    ['mirrored', 10, { mirrored: true }],
    ['noisy', 8, { noise: 8 }],
    ['blurred', 8, { blur: 1.5 }],
    ['tilted', 8, { tilt: 8, turn: 10 }],
    ['noisy, blurred, tilted and dim', 6, { noise: 4, blur: 1, tilt: 8, turn: 5, black: 30, white: 95, around: 40 }],
    ['small in its frame', 4, { share: 0.4 }],
    ['of a large camera', 15, { width: 1280, height: 720, share: 0.7, tilt: 8, blur: 1, noise: 8 }],
  ])('%s', (_, version, how) => {
    const { text, picture } = taken(version, how)
    expect(readFrame(picture)?.text).toBe(text)
    expect(readPicture(picture)?.text).toBe(text)
  })

  test('in a huge picture', () => {
    const { text, picture } = taken(8, { width: 2600, height: 1950, share: 0.5, blur: 0 })
    expect(readPicture(picture)?.text).toBe(text)
  })
})

describe('no code is no result, and no fault', () => {
  test.each([
    ['nothing at all', blank(0, 0)],
    ['one pixel', blank(1, 1)],
    ['a line', blank(640, 1)],
    ['less than a code', blank(31, 31)],
    ['one shade', blank(640, 480)],
    ['black', blank(640, 480, 0)],
    ['noise', { width: 640, height: 480, pixels: random.bytes(640 * 480) }],
    ['an empty screen', shoot(blank(65, 65, 255), { ...CLEAR, noise: 8 }, random)],
  ])('%s', (_, picture) => {
    expect(readFrame(picture)).toBe(null)
    expect(readPicture(picture)).toBe(null)
  })
})
