// Pictures from files: what is read, and what is refused before it costs anything.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'
import { afterAll, describe, expect, it } from 'vitest'
import { isPicture, pngOf, readPictureFile } from '../../src/local/pictures.ts'
import { crc32 } from '../../src/shared/qr/crc32.ts'
import { rgbaFromGray } from '../../src/shared/qr/picture.ts'
import { makeQrCode } from '../../src/shared/qr/qr-code.ts'
import { readPicture } from '../../src/shared/qr/read-qr.ts'
import { refusalOf } from '../documents/refusal.ts'

const folder = mkdtempSync(join(tmpdir(), 'airlock-pictures-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function written(bytes: Uint8Array): string {
  const path = join(folder, `${(files += 1)}.bin`)
  writeFileSync(path, bytes)
  return path
}

const TEXT = 'UR:BYTES/HDTLBYJYSOLKSSVDDTKTPYKS'
const CODE = pngOf(makeQrCode(TEXT))

/** A PNG by the letter of its specification, with any header and any data. */
function png(header: { width: number; height: number; interlace?: number }, data: Uint8Array): Uint8Array {
  const ihdr = Buffer.alloc(13)
  ihdr.writeUInt32BE(header.width, 0)
  ihdr.writeUInt32BE(header.height, 4)
  ihdr.set([8, 0, 0, 0, header.interlace ?? 0], 8)
  const chunk = (type: string, content: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type), content])
    const ends = Buffer.alloc(8)
    ends.writeUInt32BE(content.length, 0)
    ends.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
  }
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([start, chunk('IHDR', ihdr), chunk('IDAT', data), chunk('IEND', new Uint8Array())])
}

describe('a picture', () => {
  it('of a code, as PNG, is read', () => {
    const path = written(CODE)
    expect(isPicture(CODE)).toBe(true)
    expect(readPicture(readPictureFile(path))?.text).toBe(TEXT)
  })

  it('in colour and with transparency, as PNG, is read', () => {
    const { width, height, data } = PNG.sync.read(Buffer.from(CODE))
    // Black squares become dark blue, white ones transparent: white paper shows through.
    for (let at = 0; at < data.length; at += 4) data.set(data[at] === 0 ? [20, 20, 120, 255] : [0, 0, 0, 0], at)
    const coloured = Object.assign(new PNG({ width, height }), { data })
    expect(readPicture(readPictureFile(written(PNG.sync.write(coloured))))?.text).toBe(TEXT)
  })

  it('of a code, as JPEG, is read', () => {
    const gray = readPictureFile(written(CODE))
    const bytes = jpeg.encode({ width: gray.width, height: gray.height, data: rgbaFromGray(gray) }, 60).data
    expect(isPicture(bytes)).toBe(true)
    expect(readPicture(readPictureFile(written(bytes)))?.text).toBe(TEXT)
  })
})

describe('refused', () => {
  const jpegOf = (width: number, height: number): Uint8Array => {
    const bytes = Buffer.from(jpeg.encode({ width: 8, height: 8, data: new Uint8Array(256) }, 50).data)
    // SOF0: marker, length, precision, then height and width.
    const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]))
    bytes.writeUInt16BE(height, frame + 5)
    bytes.writeUInt16BE(width, frame + 7)
    return bytes
  }

  it.each<[string, () => Uint8Array, RegExp]>([
    ['nothing', () => new Uint8Array(), /neither a PNG nor a JPEG/],
    ['a GIF', () => Buffer.from('GIF89a'), /neither a PNG nor a JPEG/],
    ['the first bytes of a PNG', () => CODE.subarray(0, 20), /cut short/],
    ['half of a PNG', () => CODE.subarray(0, CODE.length / 2), /damaged PNG/],
    ['a PNG with one bit turned', () => CODE.map((byte, index) => (index === 60 ? byte ^ 1 : byte)), /damaged PNG/],
    ['a PNG of 2^32 - 1 pixels a side', () => png({ width: 2 ** 32 - 1, height: 2 ** 32 - 1 }, CODE), /by 4294967295/],
    ['a PNG of 40 million pixels and more', () => png({ width: 8000, height: 5001 }, CODE), /8000 by 5001/],
    ['an interlaced PNG', () => png({ width: 100, height: 100, interlace: 1 }, CODE), /interlaced/],
    ['half of a JPEG', () => jpegOf(8, 8).subarray(0, 300), /damaged JPEG/],
    ['a JPEG of 65,000 by 65,000 pixels', () => jpegOf(65_000, 65_000), /too many pixels|damaged JPEG/],
    ['a file of more than 32 MiB', () => Buffer.concat([CODE, Buffer.alloc(32 * 1024 * 1024)]), /larger than/],
  ])('%s', (_, make, message) => {
    const refused = refusalOf(() => readPictureFile(written(make())))
    expect(refused.problems.map(({ code }) => code)).toEqual(['picture_invalid'])
    expect(refused.problems[0].message).toMatch(message)
  })

  it('a PNG that unpacks to much more than it announces, without unpacking it', () => {
    const bomb = png({ width: 100, height: 100 }, deflateSync(Buffer.alloc(300 * 1024 * 1024)))
    const before = process.memoryUsage().rss
    try {
      readPictureFile(written(bomb))
    } catch (error) {
      expect(error).toMatchObject({ name: 'AirlockError' })
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
  })
})
