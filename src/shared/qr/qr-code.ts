// One text as one QR code: the squares that a terminal, a picture or a page then draws.
//
// Follows ISO/IEC 18004 through the package qr: alphanumeric mode, error correction L. A screen has no dirt and no tears:
// the lower level makes bigger squares, and cameras read those better (docs/qr-transport.md). Version 23 is never made,
// because a widespread reader (jsqr) has a wrong table entry for it.
import encodeQr from 'qr'

/** A QR code without its quiet zone. */
export interface QrCode {
  /** 1 to 40. */
  readonly version: number
  /** Squares on a side: 17 + 4 * version. */
  readonly size: number
  /** True where the square in this row and column is dark. */
  readonly isDark: (row: number, column: number) => boolean
}

/** Light squares that a reader may expect around a code (ISO/IEC 18004, 9.1). */
export const QUIET_ZONE = 4

/** The error correction level of every code made here. */
export const ECC = 'L'

/** Characters of alphanumeric mode at level L, for versions 1 to 40 (ISO/IEC 18004, table 7). */
const CAPACITY = [
  25, 47, 77, 114, 154, 195, 224, 279, 335, 395, 468, 535, 619, 667, 758, 854, 938, 1046, 1153, 1249, 1352, 1460, 1588,
  1704, 1853, 1990, 2132, 2223, 2369, 2520, 2677, 2840, 3009, 3183, 3351, 3537, 3729, 3927, 4087, 4296,
] as const

const UNREADABLE_VERSION = 23

/** The most characters of alphanumeric mode that a code of this version holds. */
export function capacity(version: number): number {
  const usable = version === UNREADABLE_VERSION ? version - 1 : version
  const characters = CAPACITY[usable - 1]
  if (characters === undefined) throw new RangeError(`QR version ${version}, expected 1 to ${CAPACITY.length}`)
  return characters
}

/** Squares on a side of a version, with the quiet zone on both sides. */
export const sizeWithQuietZone = (version: number): number => 17 + 4 * version + 2 * QUIET_ZONE

/**
 * The smallest code that holds a text.
 *
 * @param text characters of alphanumeric mode only: digits, upper-case letters, and " $%*+-./:"
 * @throws RangeError when no version holds it; TypeError of the package for other characters
 */
export function makeQrCode(text: string): QrCode {
  const fits = CAPACITY.findIndex((_, index) => capacity(index + 1) >= text.length)
  if (fits === -1) throw new RangeError(`making a QR code: ${text.length} characters, expected at most ${CAPACITY[39]}`)
  const version = fits + 1
  // The package draws at least one light square around, which is taken off by the offset below.
  const rows = encodeQr(text, 'raw', { ecc: 'low', encoding: 'alphanumeric', version, border: 1 })
  const isDark = (row: number, column: number): boolean => rows[row + 1]?.[column + 1] ?? false
  return { version, size: rows.length - 2, isDark }
}
