// Valid documents by name, out of vectors/requests and vectors/responses.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseVector, type Folder } from './vectors.ts'

/** The bytes of a document that both sides accept. */
export function validDocument(folder: Folder, name: string): Uint8Array {
  const path = resolve(import.meta.dirname, '../../vectors', folder, name)
  const vector = parseVector(folder, name, readFileSync(path))
  if (vector.expect !== 'ok') throw new Error(`vectors/${folder}/${name} is not a valid document`)
  return Uint8Array.from(vector.document)
}
