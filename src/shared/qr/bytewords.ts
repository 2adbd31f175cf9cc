// Bytewords in minimal style: each byte as the first and the last letter of its word, four bytes of CRC-32 at the end.
//
// Follows BCR-2020-012 (October 2020). Encoded in lower case; decoded in either case, because scanners change it. The
// styles with whole words are not read. Odd lengths, letters that begin and end no word, and a wrong checksum are refused.
import { crc32 } from './crc32.ts'

const WORDS = `
  able acid also apex aqua arch atom aunt away axis back bald barn belt beta bias
  blue body brag brew bulb buzz calm cash cats chef city claw code cola cook cost
  crux curl cusp cyan dark data days deli dice diet door down draw drop drum dull
  duty each easy echo edge epic even exam exit eyes fact fair fern figs film fish
  fizz flap flew flux foxy free frog fuel fund gala game gear gems gift girl glow
  good gray grim guru gush gyro half hang hard hawk heat help high hill holy hope
  horn huts iced idea idle inch inky into iris iron item jade jazz join jolt jowl
  judo jugs jump junk jury keep keno kept keys kick kiln king kite kiwi knob lamb
  lava lazy leaf legs liar limp lion list logo loud love luau luck lung main many
  math maze memo menu meow mild mint miss monk nail navy need news next noon note
  numb obey oboe omit onyx open oval owls paid part peck play plus poem pool pose
  puff puma purr quad quiz race ramp real redo rich road rock roof ruby ruin runs
  rust safe saga scar sets silk skew slot soap solo song stub surf swan taco task
  taxi tent tied time tiny toil tomb toys trip tuna twin ugly undo unit urge user
  vast very veto vial vibe view visa void vows wall wand warm wasp wave waxy webs
  what when whiz wolf work yank yawn yell yoga yurt zaps zero zest zinc zone zoom`

const pairs = Array.from(WORDS.matchAll(/(\w)\w\w(\w)/g), ([, first = '', last = '']) => first + last)
const values = new Map(pairs.map((pair, value) => [pair, value]))

const CHECKSUM_BYTES = 4

/** Why text is not the bytewords of anything. */
export type BytewordsFault = 'not_bytewords' | 'checksum_wrong'

/** The bytes and their checksum as minimal bytewords, in lower case. */
export function encodeBytewords(bytes: Uint8Array): string {
  const checksum = new DataView(new ArrayBuffer(CHECKSUM_BYTES))
  checksum.setUint32(0, crc32(bytes))
  return [...bytes, ...new Uint8Array(checksum.buffer)].map((value) => pairs[value]).join('')
}

/**
 * The bytes of minimal bytewords, or why there are none.
 *
 * @param text letters of ASCII, its length already bounded by the caller
 */
export function decodeBytewords(text: string): Uint8Array | BytewordsFault {
  const length = text.length / 2 - CHECKSUM_BYTES
  if (!Number.isInteger(length) || length < 0) return 'not_bytewords'
  const lower = text.toLowerCase()
  const bytes = new Uint8Array(length + CHECKSUM_BYTES)
  for (let index = 0; index < bytes.length; index += 1) {
    const value = values.get(lower.slice(2 * index, 2 * index + 2))
    if (value === undefined) return 'not_bytewords'
    bytes[index] = value
  }
  const body = bytes.subarray(0, length)
  return crc32(body) === new DataView(bytes.buffer).getUint32(length) ? body : 'checksum_wrong'
}
