// A second reader of codes, for the online machine: zxing as WebAssembly before the plain ones.
//
// It reads more of what a phone photographs, in a fraction of the time (docs/qr-transport.md), and several codes in one
// picture. The offline program does without: a megabyte of machine code is not something that its users could read.
// Its bytes are in this program: given as wasmBinary, nothing is fetched.
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { plainReader, type PictureReader } from '../../local/scan.ts'
import { rgbaFromGray } from '../../shared/qr/picture.ts'
import { zxingBinary } from './zxing-binary.ts'

/** More codes than this in one picture are not looked for. */
const MOST_CODES = 32

let isPrepared = false

/** Reads with zxing, and with the plain readers where it finds nothing. */
export const zxingReader: PictureReader = async (picture) => {
  if (!isPrepared) prepareZXingModule({ overrides: { wasmBinary: zxingBinary().slice().buffer } })
  isPrepared = true
  const image = {
    data: rgbaFromGray(picture),
    width: picture.width,
    height: picture.height,
    colorSpace: 'srgb',
  } as const
  const found = await readBarcodes(image, { formats: ['QRCode'], maxNumberOfSymbols: MOST_CODES, tryInvert: true })
  const texts = found.flatMap(({ text, isValid }) => (isValid && text !== '' ? [text] : []))
  return texts.length > 0 ? texts : plainReader(picture)
}
