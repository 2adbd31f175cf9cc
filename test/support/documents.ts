// Valid documents by name, out of vectors/requests and vectors/responses.
import { readVector, type Folder } from './vectors.ts'

/** The bytes of a document that both sides accept. */
export function validDocument(folder: Folder, name: string): Uint8Array {
  const vector = readVector(folder, name)
  if (vector.expect !== 'ok') throw new Error(`vectors/${folder}/${name} is not a valid document`)
  return Uint8Array.from(vector.document)
}
