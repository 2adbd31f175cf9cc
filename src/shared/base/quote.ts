// Text from the other machine, made safe to print.
//
// A socket, a revert reason or a file's spelling can hold escape codes that rewrite the screen on which a person
// decides, or bidirectional marks that reorder it. quote() lets printable ASCII through and spells everything else.

const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Quotes text of doubtful origin: in double quotes, everything but printable ASCII as an escape, cut at a length.
 *
 * @param text what the other side sent
 * @param limit characters shown at most; what is cut is counted
 */
export function quote(text: string, limit = 120): string {
  const shown = text.slice(0, limit).replace(/[^\x20-\x7e]|["\\]/g, (character) => {
    return escapes[character] ?? `\\u{${character.charCodeAt(0).toString(16)}}`
  })
  const cut = text.length - limit
  return cut > 0 ? `"${shown}"... (${cut} more characters)` : `"${shown}"`
}

/** What a name is made of: letters, digits, dots, dashes, underscores. */
const PLAIN = /^[A-Za-z0-9][\w.-]{0,63}$/

/** True for a text that needs no quotes on the screen and no escape in a file name. */
export const isPlainName = (text: string): boolean => PLAIN.test(text)

/** A name from elsewhere, safe to print: as it is where it is plain, else quoted. */
export const shown = (text: string): string => (isPlainName(text) ? text : quote(text, 60))
