// Base64 of RFC 4648, section 4, with padding: one spelling for each sequence of bytes, any other refused.
//
// Our own few lines, because Node and browsers agree on no function for it that refuses what is misspelled.
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Bytes as base64. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const letters = [18, 12, 6, 0].map((shift) => LETTERS[(bits >> shift) & 63] ?? '').join('')
    text += letters.slice(0, Math.min(4, bytes.length - at + 1)).padEnd(4, '=')
  }
  return text
}

/**
 * Base64 as bytes.
 *
 * @throws RangeError when the text is not what encodeBase64 makes of them
 */
export function decodeBase64(text: string): Uint8Array {
  const letters = text.replace(/={1,2}$/, '')
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4))
  for (let at = 0; at < letters.length; at += 1) {
    const bits = LETTERS.indexOf(letters.charAt(at))
    const bit = 6 * at
    // A letter's six bits begin in this byte and may end in the next one.
    const shifted = (bits & 63) << (10 - (bit & 7))
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (shifted >> 8)
    bytes[(bit >> 3) + 1] = (bytes[(bit >> 3) + 1] ?? 0) | (shifted & 255)
  }
  if (encodeBase64(bytes) !== text) throw new RangeError('decoding base64: the text is misspelled or cut short')
  return bytes
}
