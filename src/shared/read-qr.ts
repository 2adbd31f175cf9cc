// Reads the text of a QR code in a picture, in plain JavaScript: two readers, on copies of the picture that suit them.
//
// The package qr is fast and misses some; jsqr reads nearly all that is small enough, once noise is taken off (rates in
// docs/qr-transport.md). Each copy is tried with both before the next, the cheap copies first. An empty text is no result:
// jsqr has been seen to answer so. What a reader throws is no result either. Nobody here judges the text.
import jsqrModule from 'jsqr'
import { decodeQR } from 'qr/decode.js'
import { blurred, halved, rgbaFromGray, stretched, type GrayPicture } from './picture.ts'

/** A text, and which reader found it. */
export interface QrReading {
  readonly text: string
  readonly reader: 'qr' | 'jsqr' | 'zxing'
}

/** Takes a picture as red, green, blue, alpha and gives the text in it, or nothing. */
type Reader = (rgba: Uint8ClampedArray<ArrayBuffer>, width: number, height: number) => string | undefined

/** The package is CommonJS whose exports are the function itself; its types say otherwise. */
const jsqr = jsqrModule as unknown as typeof jsqrModule.default

const readers = {
  qr: (data, width, height) => decodeQR({ data, width, height }),
  // Codes here are dark on light: looking for the opposite doubles the time.
  jsqr: (data, width, height) => jsqr(data, width, height, { inversionAttempts: 'dontInvert' })?.data,
} as const satisfies Record<string, Reader>

/** Readers cannot look at less. */
const LEAST_SIDE = 32

function readCopy(picture: GrayPicture, names: readonly (keyof typeof readers)[]): QrReading | null {
  if (Math.min(picture.width, picture.height) < LEAST_SIDE) return null
  const rgba = rgbaFromGray(picture)
  for (const reader of names) {
    const text = textOf(() => readers[reader](rgba, picture.width, picture.height))
    if (text !== null) return { text, reader }
  }
  return null
}

function textOf(read: () => string | undefined): string | null {
  try {
    return read() || null
  } catch {
    return null
  }
}

/** From this width on, half of a frame is enough for a code that fills it. */
const LARGE_FRAME = 1000

/**
 * The text of the code in one frame of a camera: only what is cheap even where there is no code, because the next frame
 * comes at once.
 *
 * @param frame any size; 640 by 480 to 1280 by 720 is what cameras give
 */
export function readFrame(frame: GrayPicture): QrReading | null {
  const clear = stretched(frame)
  const calm = blurred(frame.width >= LARGE_FRAME ? halved(clear) : clear)
  return readCopy(clear, ['qr']) ?? readCopy(calm, ['jsqr'])
}

/** Pixels of the long side above which a picture is only looked at in smaller copies. */
const MOST_SIDE = 2400

/**
 * The text of the code in a picture: every copy that has been seen to help, small ones first. Takes seconds where a large
 * picture has no code.
 */
export function readPicture(picture: GrayPicture): QrReading | null {
  let copy = stretched(picture)
  while (Math.max(copy.width, copy.height) > MOST_SIDE) copy = halved(copy)
  const half = halved(copy)
  for (const candidate of [half, copy, blurred(copy), blurred(blurred(copy)), halved(half), blurred(half)]) {
    const reading = readCopy(candidate, ['qr', 'jsqr'])
    if (reading !== null) return reading
  }
  return null
}
