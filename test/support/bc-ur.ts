// The independent implementation @ngraveio/bc-ur 1.1.13, for messages of our own only: hostile input can end its process.
import { createRequire } from 'node:module'

interface Resource {
  decodeCBOR(): Buffer
}

/** Its reader. */
export interface OtherDecoder {
  receivePart(text: string): boolean
  isComplete(): boolean
  isSuccess(): boolean
  resultUR(): Resource
}

/** Its maker of codes: the numbers from the first on, one at a time. */
export interface OtherEncoder {
  nextPart(): string
}

interface Library {
  readonly UR: { fromBuffer(message: Buffer): Resource }
  readonly URDecoder: new () => OtherDecoder
  readonly UREncoder: new (resource: Resource, longest: number, first: number) => OtherEncoder
}

// CommonJS, and its types name what its package does not bring.
const { UR, URDecoder, UREncoder } = createRequire(import.meta.url)('@ngraveio/bc-ur') as Library

/** A reader of its own. */
export const otherDecoder = (): OtherDecoder => new URDecoder()

/**
 * Its codes of a message.
 *
 * @param longest the most bytes of a fragment
 * @param shown codes that were shown before
 */
export const otherEncoder = (message: Uint8Array, longest: number, shown = 0): OtherEncoder =>
  new UREncoder(UR.fromBuffer(Buffer.from(message)), longest, shown)
