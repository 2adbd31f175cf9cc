// CRC-32 as zlib and Ethernet compute it (reflected, polynomial 0x04c11db7): the checksum of Uniform Resources.
//
// It tells a misread code from a good one and one message from another. It authenticates nothing: what a document is
// worth is decided by its SHA-256 and its signatures.

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** The CRC-32 of bytes, an unsigned integer of 32 bits. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = (value >>> 8) ^ (TABLE[(value ^ byte) & 0xff] ?? 0)
  return ~value >>> 0
}
