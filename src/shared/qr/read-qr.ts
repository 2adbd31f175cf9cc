// Reads the text of a QR code in a picture, in plain JavaScript: two readers, on copies of the picture that suit them.
//
// The package qr is fast and misses some; jsqr reads nearly all that is small enough, once noise is taken off (rates in
// docs/page.md). Of a frame only what is cheap is tried; of a picture each copy with both, the small ones first. An empty
// text is no result: jsqr has been seen to answer so. What a reader throws is no result either. Nobody here judges the text.
import jsqrModule from 'jsqr'
import { decodeQR, type FinderPoints } from 'qr/decode.js'
import { blurred, contrast, halved, rgbaFromGray, stretched, type GrayPicture } from './picture.ts'

/** A text, and which reader found it. */
export interface QrReading {
  readonly text: string
  readonly reader: 'qr' | 'jsqr' | 'zxing'
}

/** The package is CommonJS whose exports are the function itself; its types say otherwise. */
const jsqr = jsqrModule as unknown as typeof jsqrModule.default

/** Readers cannot look at less. */
const LEAST_SIDE = 32

const isTiny = ({ width, height }: GrayPicture): boolean => Math.min(width, height) < LEAST_SIDE

/** What the package qr read, and the corners that it saw, which may be those of a code. */
interface Sighting {
  readonly reading: QrReading | null
  readonly corners: FinderPoints | null
}

/** More than its default of 1 makes it try harder where it saw a code; where there is none, it costs nothing. */
const EFFORT = 4

/** Corners with smaller squares than this are noise, or beyond every reader. */
const LEAST_SQUARE = 2

const isCode = ({ tl, tr, bl }: FinderPoints): boolean =>
  Math.min(tl.moduleSize, tr.moduleSize, bl.moduleSize) >= LEAST_SQUARE

function readByQr(picture: GrayPicture): Sighting {
  if (isTiny(picture)) return { reading: null, corners: null }
  const image = { data: rgbaFromGray(picture), width: picture.width, height: picture.height }
  let corners: FinderPoints | null = null
  const text = textOf(() =>
    // Its limit of time is lifted, so that the same picture gives the same result on a slow machine.
    decodeQR(image, { effort: EFFORT, timeLimit: Infinity, pointsOnDetect: (points) => (corners = points) }),
  )
  return { reading: text === null ? null : { text, reader: 'qr' }, corners }
}

function readByJsqr(picture: GrayPicture): QrReading | null {
  if (isTiny(picture)) return null
  // Codes here are dark on light: looking for the opposite doubles the time.
  const options = { inversionAttempts: 'dontInvert' } as const
  const text = textOf(() => jsqr(rgbaFromGray(picture), picture.width, picture.height, options)?.data)
  return text === null ? null : { text, reader: 'jsqr' }
}

function textOf(read: () => string | undefined): string | null {
  try {
    return read() || null
  } catch {
    return null
  }
}

/** A frame with fewer shades is a wall or a covered camera: stretched, its noise would cost jsqr half a second. */
const LEAST_CONTRAST = 16

/** From this width on, half of a frame is enough for a code that fills it. */
const LARGE_FRAME = 1000

/**
 * The text of the code in one frame of a camera. Cheap where there is no code, because the next frame comes at once: jsqr
 * looks only where corners were seen, and at the whole frame, calmed twice, only where they are those of a code.
 *
 * @param frame any size; 640 by 480 to 1280 by 720 is what cameras give
 */
export function readFrame(frame: GrayPicture): QrReading | null {
  if (contrast(frame) < LEAST_CONTRAST) return null
  const clear = stretched(frame)
  const { reading, corners } = readByQr(clear)
  if (reading !== null || corners === null) return reading
  const isLarge = frame.width >= LARGE_FRAME
  const quick = readByJsqr(blurred(isLarge ? halved(clear) : clear))
  return quick ?? (isCode(corners) ? readByJsqr(blurred(blurred(clear))) : null)
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
    const reading = readByQr(candidate).reading ?? readByJsqr(candidate)
    if (reading !== null) return reading
  }
  return null
}
