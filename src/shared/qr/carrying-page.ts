// The page of codes with a document in it, so that one file opens and shows its codes at once.
//
// The document stands as base64 in one tag beside the page's code, and nothing else changes: the hashes in its policy stay
// true. A page that carries a document has another SHA-256 than the empty one; emptying the tag gives the empty page.
import { base64 } from '@scure/base'

/** The tag of the empty page, exactly once in it. */
export const EMPTY_TAG = '<meta name="airlock-document" content="">'

/**
 * The page with a document in it.
 *
 * @param template the empty page, dist/airlock-page.html
 * @param document canonical bytes of a request or a response; the page judges them when it opens
 * @throws TypeError when the template does not have the empty tag exactly once
 */
export function pageWith(template: string, document: Uint8Array): string {
  const [before, after, ...more] = template.split(EMPTY_TAG)
  if (before === undefined || after === undefined || more.length > 0) {
    throw new TypeError(`putting a document into the page: expected ${EMPTY_TAG} exactly once`)
  }
  return `${before}<meta name="airlock-document" content="${base64.encode(document)}">${after}`
}

/**
 * The document that a page carries.
 *
 * @param text the content of the tag
 * @returns bytes of anything at all, to be judged as a document
 * @throws RangeError when the text is not the one base64 of its bytes (RFC 4648, section 4, with padding)
 */
export function carriedDocument(text: string): Uint8Array {
  try {
    return base64.decode(text)
  } catch {
    // Said in our own words: the library's repeat the letter that is wrong.
    throw new RangeError('reading the document in the page: its base64 is misspelled or cut short')
  }
}
