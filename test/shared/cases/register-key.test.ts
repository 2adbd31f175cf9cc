// The transactions of registerKey are what their sources say: the file is written by its script, and ethers' digest is the contract's.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import ecdsaAnswers from '../../../vectors/known-answers/key-registrar-ecdsa.json' with { type: 'json' }
import { inProject } from '../../support/project.ts'
import { ecdsaDigest, registerKeyVectors } from './register-key-cases.ts'

test('the file is what scripts/make-vectors.ts writes', () => {
  const path = inProject('vectors/known-answers/register-key-transaction.json')
  expect(readFileSync(path, 'utf8')).toBe(registerKeyVectors)
})

test('the digest of an ECDSA key by ethers is that of the real KeyRegistrar, in every answer', () => {
  for (const answer of ecdsaAnswers.cases) expect(ecdsaDigest(answer, answer.keyAddress)).toBe(answer.digest)
})
