// How words of a command are spelled for a shell, so that a command that is shown can be typed as it stands.

/** The bytes of ' and \ and `, which are spelled. */
const QUOTED = [0x27, 0x5c, 0x60]

/**
 * A word as a shell takes it: as it is, or in single quotes; in double ones where it has single ones, and nothing that is obeyed
 * between double ones. What a screen might obey, and all that is not ASCII, is spelled byte by byte in `$'...'`, which bash, zsh and
 * POSIX since 2024 read back; so is a backquote, which ends a command in a sentence.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./~-]+$/.test(text)) return text
  if (/^[\x20-\x7e]*'[\x20-\x7e]*$/.test(text) && !/["$`\\!]/.test(text)) return `"${text}"`
  if (/^[\x20-\x5f\x61-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "'\\''")}'`
  const spelled = [...new TextEncoder().encode(text)].map((byte) => {
    const plain = byte >= 0x20 && byte < 0x7f && !QUOTED.includes(byte)
    return plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`
  })
  return `$'${spelled.join('')}'`
}
