// Lines and pictures into a document: in any order, with strangers, and refused where something is missing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { pngOf } from '../../src/local/pictures.ts'
import { plainReader, scanLines, scanPictures } from '../../src/local/scan.ts'
import { documentCodes } from '../../src/shared/qr/document-codes.ts'
import { makeQrCode } from '../../src/shared/qr/qr-code.ts'
import { encodeUr } from '../../src/shared/qr/ur.ts'
import { refusalSoon } from '../documents/refusal.ts'
import { validDocument } from '../support/documents.ts'
import { Seeded } from '../support/seeded.ts'

const folder = mkdtempSync(join(tmpdir(), 'airlock-scan-'))
afterAll(() => rmSync(folder, { recursive: true }))

const REQUEST = validDocument('requests', 'register_valid')
const RESPONSE = validDocument('responses', 'register_valid')
const parts = documentCodes(REQUEST, 5)
const texts = Array.from({ length: parts.count }, (_, index) => parts.text(index + 1))
const others = documentCodes(RESPONSE, 5)

/** An input that comes in pieces of any size, as pipes give it; it fails the test when it is read on after the end. */
async function* pieces(text: string, size = 37, isEndless = false): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size))
  if (isEndless) throw new Error('the input was read after the message was whole')
}

const lines = (text: string, size?: number): Promise<Uint8Array> => scanLines('scanning', pieces(text, size, true))

describe('lines', () => {
  it('of one code', async () => expect(await lines(`${documentCodes(REQUEST).text(1)}\n`)).toEqual(REQUEST))

  it('of a response', async () => expect(await lines(`${documentCodes(RESPONSE).text(1)}\n`)).toEqual(RESPONSE))

  it('in any order, in pieces of any size, with repeats, other codes and empty lines between', async () => {
    const random = new Seeded(1)
    for (const size of [1, 7, 64, 4096]) {
      const noise = ['', '  ', 'https://example.org', others.text(1), others.text(2), 'WIFI:S:x;;']
      const shown = random.shuffled([...texts, ...texts, ...noise])
      expect(await lines([...shown, ...texts, ''].join('\n'), size)).toEqual(REQUEST)
    }
  })

  it('as zbarcam writes them, with and without --raw, and with the line ends of other systems', async () => {
    expect(await lines(texts.map((text) => `QR-Code:${text}\n`).join(''))).toEqual(REQUEST)
    expect(await lines(texts.map((text) => `${text.toLowerCase()}\r\n`).join(''))).toEqual(REQUEST)
    expect(await lines(texts.map((text) => `${text}\r`).join(''))).toEqual(REQUEST)
  })

  it('whose last has no end', async () =>
    expect(await scanLines('scanning', pieces(texts.join('\n')))).toEqual(REQUEST))

  it('of any length between, without keeping them', async () => {
    const long = 'A'.repeat(5_000_000)
    expect(await lines(`${long}\n${texts.join('\n')}\n`, 65_536)).toEqual(REQUEST)
  })

  it('that are not enough are refused with what is missing and what else was there', async () => {
    const shown = [texts[0], texts[2], others.text(1), 'hello', ''].join('\n')
    const { problems } = await refusalSoon(() => scanLines('scanning', pieces(shown)))
    expect(problems.map(({ code }) => code)).toEqual(['scan_incomplete'])
    expect(problems[0].message).toMatch(/^2 of \d+ parts, missing 2, 4, .*1 of another message \(\d+ parts, checksum/)
    expect(problems[0].message).toMatch(/once the code is no Uniform Resource/)
  })

  it('of nothing are refused', async () => {
    const { problems } = await refusalSoon(() => scanLines('scanning', pieces('')))
    expect(problems[0].message).toBe('no code of a document was seen')
  })

  it('of a message that is no document are refused by the packed form', async () => {
    const stranger = encodeUr(Buffer.from('hello'), 100).code(1)
    expect((await refusalSoon(() => lines(`${stranger}\n`))).problems[0].code).toBe('packed_version_unsupported')
  })
})

describe('pictures', () => {
  function picture(name: string, text: string): string {
    const path = join(folder, name)
    writeFileSync(path, pngOf(makeQrCode(text)))
    return path
  }
  const scan = (...paths: string[]): Promise<Uint8Array> => scanPictures('scanning', paths, plainReader)

  it('one, several in any order, and a folder of them', async () => {
    expect(await scan(picture('one.png', documentCodes(REQUEST).text(1)))).toEqual(REQUEST)
    const several = join(folder, 'several')
    mkdirSync(several)
    const paths = texts.map((text, index) => picture(`several/${index}.PNG`, text))
    writeFileSync(join(several, 'notes.txt'), 'not a picture')
    expect(await scan(...paths.toReversed())).toEqual(REQUEST)
    expect(await scan(several)).toEqual(REQUEST)
  })

  it('of which some cannot be read are enough when the others are', async () => {
    const broken = join(folder, 'broken.png')
    writeFileSync(broken, 'no picture')
    expect(await scan(broken, picture('good.png', documentCodes(REQUEST).text(1)))).toEqual(REQUEST)
  })

  it('that are not enough are refused, each unreadable one named', async () => {
    const blank = join(folder, 'blank.png')
    writeFileSync(blank, pngOf({ version: 1, size: 21, isDark: () => false }))
    const { problems } = await refusalSoon(() => scan(blank, join(folder, 'none.png')))
    expect(problems.map(({ code }) => code)).toEqual(['scan_incomplete', 'picture_without_code', 'file_not_found'])
  })

  it('in a folder that has none are refused', async () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    expect((await refusalSoon(() => scan(empty))).problems[0].message).toMatch(/no PNG and no JPEG/)
  })
})
