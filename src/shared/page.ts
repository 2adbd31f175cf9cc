// The page that carries a document, and opens showing it. Base64 has no character that HTML could take for its own.
const EMPTY = '<meta name="airlock-document" content="">'

/**
 * Puts a document into the page.
 *
 * @param template the page as it is built, with one empty place for a document
 * @param document the canonical bytes of a request or a response
 * @throws RangeError when the template has no such place, or several
 */
export function pageWith(template: string, document: Uint8Array): string {
  const [before = '', after, ...more] = template.split(EMPTY)
  if (after === undefined || more.length > 0) throw new RangeError('the page has no single place for a document')
  const base64 = btoa(Array.from(document, (byte) => String.fromCharCode(byte)).join(''))
  return `${before}${EMPTY.replace('""', `"${base64}"`)}${after}`
}
