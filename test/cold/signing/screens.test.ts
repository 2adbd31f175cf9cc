// The review as a person sees it, held line by line: vectors/screens.
//
// A change of a screen must be seen in a diff, by somebody who asks whether the operator would still understand it. The
// hashes on the screens are those of the known answers, not of this program. To write the files anew after such a
// change: AIRLOCK_WRITE_SCREENS=1 npx vitest run test/cold/signing/screens.test.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import answers from '../../../vectors/known-answers/registration-transaction.json' with { type: 'json' }
import { validateRequest } from '../../../src/cold/validate/validate.ts'
import { reviewText } from '../../../src/local/screen.ts'
import { operationKinds } from '../../../src/shared/operations/operation-kinds.ts'
import { reviewSections, reviewSummary } from '../../../src/shared/request/review.ts'
import { kindIn, type ValidName } from '../../documents/all-requests.ts'
import { keysRequests, type KeysRequestName } from '../../documents/keys-requests.ts'
import { clockOf, readVector } from '../../support/vectors.ts'
import { inProject } from '../../support/project.ts'

const folder = inProject('vectors/screens')
const keyNames = Object.keys(keysRequests) as KeysRequestName[]
const noTerminal = { isTTY: false }

function screenOf(name: string): string {
  const vector = readVector('requests', name)
  const valid = validateRequest(vector.document, clockOf(vector))
  const review = reviewText(reviewSections(valid, clockOf(vector)), valid.findings, noTerminal)
  return `${review}\n\nIn short: ${reviewSummary(valid)}\n`
}

const names = [
  'register_valid',
  'register_claimed_unnamed',
  'register_mainnet',
  'register_three_rungs',
  'register_add_quorum',
  'register_proof_carried',
  'register_as_operator',
  'update_metadata_uri',
  'set_appointee',
  'accept_admin',
  'register_contract_operator',
  'register_safe_operator',
  'register_no_transaction',
  'register_with_churn',
  'register_with_churn_claimed',
  'deregister',
  'update_socket',
  'cancel_salt',
  'self_transfer',
  'modify_operator_details',
  'remove_appointee',
  'add_pending_admin',
  'remove_pending_admin',
  'remove_admin',
  'register_for_operator_sets',
  'register_for_operator_sets_churn',
  'register_for_operator_sets_socket',
  'deregister_from_operator_sets',
  'modify_allocations',
  'set_allocation_delay',
] as const satisfies readonly ValidName[]

describe.each(names)('%s', (name) => {
  const screen = screenOf(name)

  test('is the screen that was reviewed', () => {
    const path = join(folder, `${name}.txt`)
    if (process.env['AIRLOCK_WRITE_SCREENS'] === '1') writeFileSync(path, screen)
    expect(screen).toBe(readFileSync(path, 'utf8'))
  })

  test('fits 80 columns, in printable ASCII', () => {
    const [review = ''] = screen.split('\nIn short: ')
    for (const line of review.split('\n')) {
      expect(line).toMatch(/^[\x20-\x7e]*$/)
      expect(line.length).toBeLessThanOrEqual(80)
    }
  })
})

// Those of keys are in screens-keys.test.ts.
test('every operation has a screen', () => {
  const shown = [...names, ...keyNames].map(kindIn)
  expect(operationKinds.filter((kind) => !shown.includes(kind))).toEqual([])
})

test('the hashes on the screen are those that the contract gave', () => {
  const [first] = answers.cases
  const screen = screenOf('register_valid')
  for (const hash of [first?.avsDigest, first?.blsMessageDigest, ...(first?.blsMessagePoint ?? [])]) {
    expect(screen).toContain(String(hash))
  }
})
