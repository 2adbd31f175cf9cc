// The reviews of keys as a person sees them, held line by line: vectors/screens. Written anew as in screens.test.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { validateRequest } from '../../../src/cold/validate/validate.ts'
import { reviewText } from '../../../src/local/screen.ts'
import type { UnixSeconds } from '../../../src/shared/base/fields.ts'
import { reviewSections, reviewSummary } from '../../../src/shared/request/review.ts'
import { bytesOf } from '../../documents/canonical.ts'
import { bn254Answer, ecdsaAnswer, keysRequests, type KeysRequestName } from '../../documents/keys-requests.ts'
import { PLAIN_CLOCK } from '../../documents/plain-request.ts'
import { inProject } from '../../support/project.ts'

const folder = inProject('vectors/screens')
const clock = (Date.parse(PLAIN_CLOCK) / 1000) as UnixSeconds

function screenOf(name: KeysRequestName): string {
  const valid = validateRequest(bytesOf(keysRequests[name].json), clock)
  const review = reviewText(reviewSections(valid, clock), valid.findings, { isTTY: false })
  return `${review}\n\nIn short: ${reviewSummary(valid)}\n`
}

test.each(Object.keys(keysRequests) as KeysRequestName[])('%s is the screen that was reviewed', (name) => {
  const screen = screenOf(name)
  const path = join(folder, `${name}.txt`)
  if (process.env['AIRLOCK_WRITE_SCREENS'] === '1') writeFileSync(path, screen)
  expect(screen).toBe(readFileSync(path, 'utf8'))
  const [review = ''] = screen.split('\nIn short: ')
  for (const line of review.split('\n')) {
    expect(line).toMatch(/^[\x20-\x7e]*$/)
    expect(line.length).toBeLessThanOrEqual(80)
  }
})

test('the digests on the screens are those that the contracts gave', () => {
  expect(screenOf('register_key_bn254')).toContain(bn254Answer?.digest)
  expect(screenOf('register_key_ecdsa')).toContain(ecdsaAnswer?.digest)
})
