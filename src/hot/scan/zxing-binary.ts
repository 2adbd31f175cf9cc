// The WebAssembly of zxing. Within a bundle scripts/build.ts puts its bytes in place of this file.
import { readFileSync } from 'node:fs'

/** The bytes of the module. */
export const zxingBinary = (): Uint8Array => readFileSync('node_modules/zxing-wasm/dist/reader/zxing_reader.wasm')
