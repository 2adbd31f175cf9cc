// A document as the codes that carry it: packed, written as a Uniform Resource, one code or as many as must be.
//
// One code while that stays easy for cameras, else parts in an endless round (part-order.ts). How dense a code may be is
// said as its QR version, which is what a person sees and a window limits.
import { documentDigest, type DocumentDigest } from '../base/document.ts'
import { documentKind, packDocument, type DocumentKind } from './packed.ts'
import { capacity, makeQrCode, type QrCode } from './qr-code.ts'
import { encodeResource, encodeUr, type UrCodes } from './ur.ts'

/** The densest version for the one code of a document: up to here every reader measured reads nearly every frame. */
export const SINGLE_VERSION = 15
/** The densest version for parts that are shown in turn, each for a moment only. */
export const PART_VERSION = 12
/** The least dense version that parts are made for: smaller ones are mostly their own numbers. */
export const LEAST_VERSION = 4

/** What a part adds to its piece of the message: the longest "UR:BYTES/1234567-1024/", CBOR heads, checksum. */
const PART_PREFIX = 'UR:BYTES/1234567-1024/'.length
const PART_OVERHEAD_BYTES = 1 + 5 + 3 + 5 + 5 + 3 + 4
/** More than this in a code is for no camera. */
const MOST_FRAGMENT_BYTES = 1024

/** The codes of one message, to be shown. */
export interface ShownCodes {
  /** What the message is, in a word or two. */
  readonly kind: string
  /** Plain parts; 1 for a single code. */
  readonly count: number
  /** The numbers to show, in order, then again from the first; [1] for a single code. */
  readonly round: readonly number[]
  /** The highest QR version among the codes. */
  readonly version: number
  /** The text of a code by its number. */
  text(number: number): string
  /** The squares of a code by its number. */
  qr(number: number): QrCode
}

/** Makes the codes of a message for the highest QR version that may be shown; the usual one where it is left out. */
export type CodeMaker = (densest?: number) => ShownCodes

/** The codes of one document. */
export interface DocumentCodes extends ShownCodes {
  readonly kind: DocumentKind
  readonly digest: DocumentDigest
  /** Bytes of the packed document. */
  readonly packedBytes: number
}

/** Bytes of a message that one part of this QR version can carry. */
export function fragmentBytes(version: number): number {
  const bytes = Math.floor((capacity(version) - PART_PREFIX) / 2) - PART_OVERHEAD_BYTES
  return Math.min(bytes, MOST_FRAGMENT_BYTES)
}

/**
 * Makes the codes of a document.
 *
 * @param canonicalBytes a document in its one spelling
 * @param densest the highest QR version that may be shown, LEAST_VERSION to 40; where it is left out, SINGLE_VERSION for
 *   one code and PART_VERSION for parts
 * @throws AirlockError when the bytes are no document, with every fault; RangeError when it needs too many parts
 */
export function documentCodes(canonicalBytes: Uint8Array, densest?: number): DocumentCodes {
  const packed = packDocument(canonicalBytes)
  const kind = documentKind(canonicalBytes)
  const codes = shownCodes(kind, packed.length, (length) => encodeUr(packed, length), densest)
  return { ...codes, kind, digest: documentDigest(canonicalBytes), packedBytes: packed.length }
}

/**
 * Makes the codes of an item of CBOR that another program understands.
 *
 * @param kind what it is, in a word or two
 * @param type of the Uniform Resource
 * @param cbor the item
 * @param densest as that of documentCodes
 * @throws RangeError when it needs too many parts
 */
export function resourceCodes(kind: string, type: string, cbor: Uint8Array, densest?: number): ShownCodes {
  return shownCodes(kind, cbor.length, (length) => encodeResource(type, cbor, length), densest)
}

function shownCodes(
  kind: string,
  bytes: number,
  encode: (fragmentLength: number) => UrCodes,
  densest: number | undefined,
): ShownCodes {
  const single = encode(bytes)
  const isSingle = single.code(1).length <= capacity(densest ?? SINGLE_VERSION)
  const codes = isSingle ? single : encode(fragmentBytes(densest ?? PART_VERSION))
  const qr = (number: number): QrCode => makeQrCode(codes.code(number))
  return {
    kind,
    count: codes.count,
    round: codes.round,
    version: qr(codes.round.at(-1) ?? 1).version,
    text: (number) => codes.code(number),
    qr,
  }
}
