// Every file of vectors/requests gives its code, as the first problem, to the offline side's first gate.
import { describe, expect, it } from 'vitest'
import { validateRequest } from '../../../src/cold/validate/validate.ts'
import { digestOf } from '../../documents/canonical.ts'
import { clockOf, readVectors } from '../../support/vectors.ts'
import { refusalOf } from '../../documents/refusal.ts'

describe.each(readVectors('requests'))('$name', (vector) => {
  const validate = (): unknown => validateRequest(vector.document, clockOf(vector))
  if (vector.expect === 'ok') {
    it(`passes: ${vector.comment}`, () => {
      const { digest, findings } = validateRequest(vector.document, clockOf(vector))
      expect(digest).toBe(digestOf(vector.document))
      expect(findings.filter(({ level }) => level === 'refusal')).toEqual([])
    })
  } else {
    it(`${vector.expect}: ${vector.comment}`, () => {
      const refused = refusalOf(validate)
      expect(refused.code, refused.message).toBe(vector.expect)
    })
    it('is refused in printable words, each problem with a hint', () => {
      const { problems } = refusalOf(validate)
      for (const { message, hint } of problems) {
        expect(message).toMatch(/^[\x20-\x7e]+$/)
        expect(hint).toMatch(/^[\x20-\x7e]+$/)
      }
    })
  }
})
