// Pictures from files as shades of grey: PNG and JPEG, as phones, screenshots and cameras write them.
//
// A picture comes from outside and is judged before it is unpacked: at most 32 MiB as a file and 40 million pixels, told
// from the first bytes, not from the file's name. Refused: another format, an interlaced PNG (whose unpacked size the
// library does not bound), anything damaged.
import jpeg from 'jpeg-js'
import png from 'pngjs/lib/png-sync.js'
import { refusal } from '../shared/base/errors.ts'
import { grayFromRgba, type GrayPicture } from '../shared/qr/picture.ts'
import { QUIET_ZONE, type QrCode } from '../shared/qr/qr-code.ts'
import { quote } from '../shared/base/quote.ts'
import { readBounded } from './files.ts'

/** The most bytes that a picture file may have. */
export const MAX_PICTURE_BYTES = 32 * 1024 * 1024
const MAX_MEGAPIXELS = 40
const MAX_JPEG_MEMORY_MB = 1024

const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const
const JPEG_START = [0xff, 0xd8, 0xff] as const

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, index) => bytes[index] === byte)

/** True when the bytes begin as a PNG or a JPEG does. */
export const isPicture = (bytes: Uint8Array): boolean => startsWith(bytes, PNG_START) || startsWith(bytes, JPEG_START)

/**
 * Reads a picture.
 *
 * @throws AirlockError picture_invalid, and those of reading a file
 */
export function readPictureFile(path: string): GrayPicture {
  const bytes = readBounded('reading picture', path, MAX_PICTURE_BYTES)
  if (bytes.length > MAX_PICTURE_BYTES) throw invalid(path, `is larger than ${MAX_PICTURE_BYTES} bytes`)
  if (startsWith(bytes, PNG_START)) return fromPng(path, bytes)
  if (startsWith(bytes, JPEG_START)) return fromJpeg(path, bytes)
  throw invalid(path, 'is neither a PNG nor a JPEG')
}

function fromPng(path: string, bytes: Uint8Array): GrayPicture {
  // The header comes first, always at this place: PNG specification, 11.2.2.
  if (bytes.length < 33) throw invalid(path, 'is cut short')
  const header = new DataView(bytes.buffer, bytes.byteOffset + 16)
  const [across, down] = [header.getUint32(0), header.getUint32(4)]
  if (across * down > MAX_MEGAPIXELS * 1e6) throw invalid(path, `has ${across} by ${down} pixels`)
  if (header.getUint8(12) !== 0) throw invalid(path, 'is an interlaced PNG')
  try {
    const { data, width, height } = png.read(Buffer.from(bytes))
    return grayFromRgba(data, width, height)
  } catch {
    throw invalid(path, 'is a damaged PNG')
  }
}

function fromJpeg(path: string, bytes: Uint8Array): GrayPicture {
  const limits = { maxResolutionInMP: MAX_MEGAPIXELS, maxMemoryUsageInMB: MAX_JPEG_MEMORY_MB }
  try {
    const { data, width, height } = jpeg.decode(bytes, { ...limits, useTArray: true, formatAsRGBA: true })
    return grayFromRgba(data, width, height)
  } catch (error) {
    throw invalid(path, String(error).includes('limit exceeded') ? 'has too many pixels' : 'is a damaged JPEG')
  }
}

function invalid(path: string, what: string): Error {
  const most = `expected a PNG or a JPEG of at most ${MAX_MEGAPIXELS} million pixels and 32 MiB`
  return refusal('reading picture', 'picture_invalid', `${quote(path)} ${what}, ${most}`, 'take the picture again')
}

/** Pixels on a side of one square of a code. */
const SCALE = 8

/** A code as the bytes of a PNG, with its quiet zone. */
export function pngOf({ size, isDark }: QrCode): Uint8Array {
  const side = (size + 2 * QUIET_ZONE) * SCALE
  const pixels = Buffer.alloc(side * side, 255)
  for (let at = 0; at < pixels.length; at += 1) {
    const [row, column] = [Math.floor(at / side / SCALE) - QUIET_ZONE, Math.floor((at % side) / SCALE) - QUIET_ZONE]
    if (row >= 0 && column >= 0 && row < size && column < size && isDark(row, column)) pixels[at] = 0
  }
  const drawn = { width: side, height: side, data: pixels, gamma: 0 }
  return png.write(drawn, { colorType: 0, inputColorType: 0, bitDepth: 8 })
}
