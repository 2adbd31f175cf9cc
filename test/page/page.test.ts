// The built page in a real browser: a document out of one page, through a camera, into a file of the other.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pageWith } from '../../src/shared/qr/carrying-page.ts'
import { digestWords, documentDigest } from '../../src/shared/base/document.ts'
import { documentCodes } from '../../src/shared/qr/document-codes.ts'
import { rgbaFromGray, type GrayPicture } from '../../src/shared/qr/picture.ts'
import { encodeUr } from '../../src/shared/qr/ur.ts'
import { crossByCamera, openPage, screensOf, startBrowser, template, type Crossing } from '../support/browser.ts'
import { screenOf } from '../support/camera.ts'
import { readVector, type Folder } from '../support/vectors.ts'

const documentOf = (folder: Folder, name = 'register_valid'): Uint8Array =>
  Uint8Array.from(readVector(folder, name).document)
const request = documentOf('requests')
const response = documentOf('responses')
/** A version at which the request is eleven parts, so that parts are tried at all. */
const PARTS = 4

const folder = mkdtempSync(join(tmpdir(), 'airlock-page-'))
let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
})

afterAll(async () => {
  await browser.close()
  rmSync(folder, { recursive: true })
})

/** What a page shows of the document that it carries. */
async function shownBy(document: Uint8Array, densest?: number): Promise<GrayPicture[]> {
  const file = join(folder, 'carrying.html')
  writeFileSync(file, pageWith(template(), document))
  const { page, faults } = await openPage(browser, file)
  if (densest !== undefined) await page.locator('#density').selectOption(String(densest))
  const screens = await screensOf(page)
  expect(faults).toEqual([])
  await page.context().close()
  return screens
}

/** Shows these screens to the camera of another page, in a browser of its own. */
async function scanned(screens: readonly GrayPicture[], how: Crossing = {}): Promise<[string, Uint8Array]> {
  const { name, bytes, faults, seconds } = await crossByCamera(join(folder, 'camera.y4m'), screens, how)
  expect(faults).toEqual([])
  console.log(`${screens.length} screens, ${JSON.stringify(how)}: ${seconds.toFixed(1)} s`)
  return [name, Uint8Array.from(bytes)]
}

function codesOf(document: Uint8Array, densest?: number): GrayPicture[] {
  const codes = documentCodes(document, densest)
  return codes.round.map((number) => screenOf(codes.qr(number)))
}

const png = ({ width, height, ...rest }: GrayPicture): Buffer => {
  const data = Buffer.from(rgbaFromGray({ width, height, ...rest }))
  return PNG.sync.write(Object.assign(new PNG({ width, height }), { data }))
}

describe('through a camera', () => {
  test('a request, shown by a page as one code', async () => {
    const screens = await shownBy(request)
    expect(screens).toHaveLength(1)
    expect(await scanned(screens)).toEqual(['request.json', request])
  })

  test('a response, shown by a page in parts', async () => {
    const screens = await shownBy(response, 6)
    expect(screens.length).toBeGreaterThan(4)
    expect(await scanned(screens)).toEqual(['response.json', response])
  })

  test.each<[string, Crossing]>([
    ['5 codes a second', { codesPerSecond: 5 }],
    ['10 codes a second', { codesPerSecond: 10 }],
    ['30 % of the frames lost', { codesPerSecond: 5, dropped: 0.3 }],
    [
      'blur, noise, tilt, low light',
      { shot: { blur: 1, noise: 6, tilt: 8, turn: 5, black: 30, white: 95, around: 40 } },
    ],
    ['a mirrored picture', { shot: { mirrored: true } }],
  ])('a request in eleven parts: %s', async (_, how) => {
    expect(await scanned(codesOf(request, PARTS), how)).toEqual(['request.json', request])
  })
})

describe('without a camera', () => {
  test('pictures as files, and the words', async () => {
    const { page, faults } = await openPage(browser)
    const files = codesOf(request, 8).map((screen, index) => ({
      name: `${index}.png`,
      mimeType: 'image/png',
      buffer: png(enlarged(screen, 4)),
    }))
    await page.locator('#scan-otherwise summary').click()
    await page.locator('#scan-files').setInputFiles(files)
    await page.locator('#result').waitFor()
    const digest = documentDigest(request)
    expect(await page.locator('#result-digest').innerText()).toBe(digest)
    expect(await page.locator('#result-words li').allInnerTexts()).toEqual(digestWords(digest))
    expect(faults).toEqual([])
    await page.context().close()
  })

  test('lines of text, with strangers and nonsense between', async () => {
    const { page } = await openPage(browser)
    const [codes, others] = [documentCodes(request, PARTS), documentCodes(response, PARTS)]
    const half = Array.from({ length: codes.count - 2 }, (_, index) => codes.text(index + 3))
    await page.locator('#scan-otherwise summary').click()
    await page.locator('#scan-text').fill([...half, others.text(1), 'hello'].join('\n'))
    await page.locator('#scan-read').click()
    const all = codes.count
    expect(await page.locator('#scan-parts').innerText()).toContain(`${all - 2} of ${all} parts held`)
    expect(await page.locator('#scan-missing').innerText()).toBe('Missing: 1, 2.')
    expect(await page.locator('#scan-strangers').innerText()).toContain('1 code of another message')
    expect(await page.locator('#scan-rejected').innerText()).toContain('no Uniform Resource')
    await page.locator('#scan-text').fill(`${codes.text(1)}\n${codes.text(2)}`)
    await page.locator('#scan-read').click()
    await page.locator('#result').waitFor()
    await page.context().close()
  })

  test('a whole message that is no document is refused with its code', async () => {
    const { page } = await openPage(browser)
    await page.locator('#scan-otherwise summary').click()
    // A message of one byte that would be version 0 of the packed format.
    await page.locator('#scan-text').fill(encodeUr(Uint8Array.of(0), 1).code(1))
    await page.locator('#scan-read').click()
    expect(await page.locator('#scan-problem').innerText()).toContain('(packed_version_unsupported)')
    await page.locator('#scan-again').click()
    expect(await page.locator('#scan-problem').isVisible()).toBe(false)
    await page.context().close()
  })

  test('no camera: a sentence, and no fault', async () => {
    const { page } = await openPage(browser)
    await page.locator('#camera-start').click()
    await page.locator('#camera-problem').waitFor()
    expect(await page.locator('#camera-problem').innerText()).toContain('Pictures as files and lines of text')
    await page.context().close()
  })
})

/** Each pixel as a square of pixels. */
function enlarged({ width, height, pixels }: GrayPicture, by: number): GrayPicture {
  const [wide, high] = [width * by, height * by]
  const at = (index: number): number =>
    Math.floor(Math.floor(index / wide) / by) * width + Math.floor((index % wide) / by)
  return {
    width: wide,
    height: high,
    pixels: Uint8Array.from({ length: wide * high }, (_, index) => pixels[at(index)] ?? 0),
  }
}

describe('showing', () => {
  test('a file that is no document is refused with sentence and code', async () => {
    const { page, faults } = await openPage(browser)
    await page.locator('#open-show').click()
    const file = { name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"airlock": "request/1"}\n') }
    await page.locator('#show-file').setInputFiles(file)
    await page.locator('#show-problem').waitFor()
    expect(await page.locator('#show-problem').innerText()).toMatch(/is missing \(field_missing\)/)
    await page.locator('#show-file').setInputFiles({ ...file, buffer: Buffer.from(request) })
    await page.locator('#code').waitFor()
    expect(await page.locator('#show-problem').isVisible()).toBe(false)
    expect(faults).toEqual([])
    await page.context().close()
  })

  test('keys: hold, step, speed', async () => {
    const { page } = await openPage(browser)
    await page.locator('#open-show').click()
    await page.locator('#show-file').setInputFiles({ name: 'r.json', mimeType: '', buffer: Buffer.from(request) })
    await page.locator('#density').selectOption(String(PARTS))
    await page.locator('h1').click()
    await page.evaluate('document.activeElement.blur()')
    await page.keyboard.press(' ')
    expect(await page.locator('#hold').getAttribute('aria-pressed')).toBe('true')
    const before = await page.locator('#part').innerText()
    await page.keyboard.press('ArrowRight')
    expect(await page.locator('#part').innerText()).not.toBe(before)
    await page.keyboard.press('ArrowLeft')
    expect(await page.locator('#part').innerText()).toBe(before)
    await page.keyboard.press('+')
    expect(await page.locator('#speed').inputValue()).toBe('9')
    await page.context().close()
  })

  test('less motion asked for: the codes begin held', async () => {
    const file = join(folder, 'calm.html')
    writeFileSync(file, pageWith(template(), documentOf('responses', 'register_three_rungs')))
    const { page } = await openPage(browser, file, { reducedMotion: 'reduce' })
    expect(await page.locator('#hold').getAttribute('aria-pressed')).toBe('true')
    expect(await page.locator('#motion').isVisible()).toBe(true)
    await page.context().close()
  })
})
