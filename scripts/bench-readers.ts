// How many frames of a camera each reader reads, and how long it takes: a Markdown table for docs/page.md.
//
// Frames of test/support/camera.ts: 1280 by 720, the code over 60 % of the height, blur 1 px, a tilt of 8 degrees, error
// correction L. `npx tsx scripts/bench-readers.ts [frames]`; the times are of this machine, the rates hold anywhere.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import jsqrModule from 'jsqr'
import { decodeQR } from 'qr/decode.js'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { rgbaFromGray, type GrayPicture } from '../src/shared/qr/picture.ts'
import { capacity, makeQrCode } from '../src/shared/qr/qr-code.ts'
import { readFrame, readPicture } from '../src/shared/qr/read-qr.ts'
import { CLEAR, screenOf, shoot } from '../test/support/camera.ts'
import { Seeded } from '../test/support/seeded.ts'

const FRAMES = Number(process.argv[2] ?? 30)
const VERSIONS = (process.argv[3] ?? '8,10,12,14,15,17,20').split(',').map(Number)
const NOISES = [8, 3] as const
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

const jsqr = jsqrModule as unknown as typeof jsqrModule.default
const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm).buffer } })

type Reader = (picture: GrayPicture) => Promise<string | undefined> | string | undefined

const imageOf = (picture: GrayPicture): { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number } => ({
  data: rgbaFromGray(picture),
  width: picture.width,
  height: picture.height,
})

const readers: Readonly<Record<string, Reader>> = {
  'jsqr bare': (picture) => jsqr(rgbaFromGray(picture), picture.width, picture.height)?.data,
  'qr bare': (picture) => decodeQR(imageOf(picture)),
  readFrame: (picture) => readFrame(picture)?.text,
  readPicture: (picture) => readPicture(picture)?.text,
  'zxing-wasm': async (picture) =>
    (await readBarcodes({ ...imageOf(picture), colorSpace: 'srgb' }, { formats: ['QRCode'] }))[0]?.text,
}

const random = new Seeded(1)

function frame(version: number, noise: number): { text: string; picture: GrayPicture } {
  const length = capacity(version)
  const text = Array.from({ length }, () => LETTERS[random.below(LETTERS.length)]).join('')
  const code = makeQrCode(text)
  const screen = screenOf(code)
  const share = (0.6 * screen.height) / code.size
  const turn = random.below(20) - 10
  const shot = { ...CLEAR, width: 1280, height: 720, share, turn, tilt: 8, blur: 1, noise }
  return { text, picture: shoot(screen, shot, random) }
}

interface Score {
  read: number
  ms: number
}

async function measure(read: Reader, text: string | null, picture: GrayPicture, score: Score): Promise<void> {
  const start = performance.now()
  let seen: string | undefined
  try {
    seen = await read(picture)
  } catch {
    // What a reader throws is no result.
  }
  score.ms += performance.now() - start
  if (seen && seen !== text) console.log('wrong text')
  if (seen === text) score.read += 1
}

async function row(name: string, frames: () => { text: string | null; picture: GrayPicture }): Promise<string> {
  const scores = Object.keys(readers).map(() => ({ read: 0, ms: 0 }))
  for (let count = 0; count < FRAMES; count += 1) {
    const { text, picture } = frames()
    for (const [index, read] of Object.values(readers).entries()) {
      await measure(read, text, picture, scores[index] ?? { read: 0, ms: 0 })
    }
  }
  const cells = scores.map(({ read, ms }) => `${Math.round((100 * read) / FRAMES)} % / ${(ms / FRAMES).toFixed(0)}`)
  return `| ${[name, ...cells].join(' | ')} |`
}

for (const noise of NOISES) {
  console.log(`\nNoise ${noise}/255, ${FRAMES} frames a version: read / ms a frame.\n`)
  console.log(`| version | ${Object.keys(readers).join(' | ')} |`)
  console.log(`| --- |${' --: |'.repeat(Object.keys(readers).length)}`)
  for (const version of VERSIONS) console.log(await row(String(version), () => frame(version, noise)))
  const blank = { width: 65, height: 65, pixels: new Uint8Array(65 * 65).fill(255) }
  const shot = { ...CLEAR, width: 1280, height: 720, noise }
  console.log(await row('no code', () => ({ text: null, picture: shoot(blank, shot, random) })))
}
