// A document from wherever a person has it: the file itself, a picture of its code, or a folder of pictures.
import { MAX_BUNDLE_BYTES } from '../shared/request/bundle.ts'
import { isFolder, readBounded } from './files.ts'
import { isPicture } from './pictures.ts'
import { scanPictures, type PictureReader } from './scan.ts'

/**
 * The bytes of a document.
 *
 * @param doing what the program is doing, for a refusal
 * @param path a document, a PNG or JPEG with its code, or a folder of them
 * @param read finds the codes in a picture
 * @returns the file's bytes as they are, or the canonical bytes out of the codes
 * @throws AirlockError of reading a file or scanning pictures
 */
export async function readDocument(doing: string, path: string, read: PictureReader): Promise<Uint8Array> {
  if (isFolder(path)) return scanPictures(doing, [path], read)
  const bytes = readBounded(doing, path, MAX_BUNDLE_BYTES)
  return isPicture(bytes) ? scanPictures(doing, [path], read) : bytes
}
