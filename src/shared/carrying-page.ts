// The page of codes with a document in it, so that one file opens and shows its codes at once.
//
// The document stands as base64 in one tag beside the page's code, and nothing else changes: the hashes in its policy stay
// true. A page that carries a document has another SHA-256 than the empty one; emptying the tag gives the empty page.
import { encodeBase64 } from './base64.ts'

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
  return `${before}<meta name="airlock-document" content="${encodeBase64(document)}">${after}`
}
