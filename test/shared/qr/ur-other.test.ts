// Both ways between our codes and those of an independent implementation, which peels where ours eliminates.
import { describe, expect, it } from 'vitest'
import { UrReader } from '../../../src/shared/qr/ur-reader.ts'
import { encodeUr } from '../../../src/shared/qr/ur.ts'
import { otherDecoder, otherEncoder } from '../../support/bc-ur.ts'
import { Seeded } from '../../support/seeded.ts'

/** A message of 500 B, 2 KB or 25 KB, and the parts that it gives. */
const messages = [
  { bytes: 150, longest: 200, parts: 1 },
  { bytes: 500, longest: 200, parts: 3 },
  { bytes: 2048, longest: 200, parts: 11 },
  { bytes: 25_000, longest: 400, parts: 63 },
]
const cases = messages.flatMap((message) => [0, 0.3].map((loss) => ({ ...message, loss })))

describe('the other reader', () => {
  // At 63 parts and a loss of 0.3 it needs about 130 codes; a round is 268.
  it.each(cases)(
    'reads $parts of our codes within two rounds, at a loss of $loss',
    ({ bytes, longest, parts, loss }) => {
      const random = new Seeded(parts)
      for (let trial = 0; trial < 5; trial += 1) {
        const message = random.bytes(bytes)
        const codes = encodeUr(message, longest)
        expect(codes.count).toBe(parts)
        const decoder = otherDecoder()
        const joined = random.below(codes.round.length)
        const most = Math.max(2 * codes.round.length, 20)
        for (let shown = 0; shown < most && !decoder.isComplete(); shown += 1) {
          const sequence = codes.round[(joined + shown) % codes.round.length] ?? 0
          if (!random.chance(loss)) decoder.receivePart(codes.code(sequence))
        }
        expect(decoder.isSuccess()).toBe(true)
        expect(new Uint8Array(decoder.resultUR().decodeCBOR())).toEqual(message)
      }
    },
  )
})

describe('our reader', () => {
  it.each(cases)('reads $parts of the other codes, at a loss of $loss', ({ bytes, longest, parts, loss }) => {
    const random = new Seeded(parts)
    for (let trial = 0; trial < 5; trial += 1) {
      const message = random.bytes(bytes)
      const encoder = otherEncoder(message, longest, random.below(1000))
      const reader = new UrReader()
      for (let shown = 0; shown < 4 * parts + 20 && reader.message === null; shown += 1) {
        const text = encoder.nextPart()
        if (!random.chance(loss)) reader.receive(text)
      }
      expect(reader.message).toEqual(message)
    }
  })
})
