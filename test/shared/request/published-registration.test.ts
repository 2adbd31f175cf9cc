// The registration that a validator published, taken apart and put together again (docs/published-registration.md).
//
// Outside of this program: ethers encodes the same call, viem decodes ours, and the salt is the hash that it turned out
// to be. The operator's address was not published, so neither signature can be checked to its end.
import { readFileSync } from 'node:fs'
import { Interface, id } from 'ethers'
import { keccak256, type Hex } from 'viem'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { publishedCalldata } from '../../../src/cold/selftest/vectors.ts'
import { pubkeyRegistrationParams, sameSecret } from '../../../src/shared/chain/bls-registration.ts'
import { operatorId } from '../../../src/shared/chain/bn254.ts'
import { inProject } from '../../support/project.ts'

const path = inProject('vectors/known-answers/published-registration.json')
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: [Parameters<typeof publishedCalldata>[0]] }
const [published] = cases
const vector = {
  ...published,
  pubkeyRegistrationParams: z.parse(pubkeyRegistrationParams, published.pubkeyRegistrationParams),
}
const expiry = BigInt(String(published.operatorSignature.expiry))

const SIGNATURE =
  'function registerOperator(bytes quorumNumbers, string socket, ((uint256 X, uint256 Y) pubkeyRegistrationSignature, (uint256 X, uint256 Y) pubkeyG1, (uint256[2] X, uint256[2] Y) pubkeyG2) params, (bytes signature, bytes32 salt, uint256 expiry) operatorSignature)'

test('its keys belong together, and only in contract order', () => {
  const { publicKeyG1, publicKeyG2 } = vector.pubkeyRegistrationParams
  expect(sameSecret({ publicKeyG1, publicKeyG2 })).toBe(true)
  const [[x1, x0], [y1, y0]] = publicKeyG2
  const swapped = { publicKeyG1, publicKeyG2: [[x0, x1] as const, [y0, y1] as const] as const }
  expect(() => sameSecret(swapped)).toThrow('not on the curve')
})

test('its operator id follows from the G1 key', () => {
  expect(operatorId(vector.pubkeyRegistrationParams.publicKeyG1)).toBe(
    '0x855866f75d61091cf42731314ef134b4e82f1d5af09b3709820a25535712416b',
  )
})

test('its calldata, rebuilt, is what ethers builds from the same values', () => {
  const { signature, publicKeyG1, publicKeyG2 } = vector.pubkeyRegistrationParams
  const { operatorSignature } = vector
  const theirs = new Interface([SIGNATURE]).encodeFunctionData('registerOperator', [
    vector.quorumNumbers,
    vector.socket,
    [signature, publicKeyG1, publicKeyG2],
    [operatorSignature.signature, operatorSignature.salt, expiry],
  ])
  const ours = publishedCalldata({ ...vector, operatorSignature: { ...operatorSignature, expiry } })
  expect(ours).toBe(theirs)
  expect(ours.slice(0, 10)).toBe('0xa50857bf')
  expect(keccak256(ours)).toBe(keccak256(theirs as Hex))
})

test('its salt is no random number', () => {
  expect(vector.operatorSignature.salt).toBe(id('pubkeyRegistrationMessageHash(address)'))
})

test('its signature stays valid until 2030', () => {
  expect(new Date(Number(expiry) * 1000).getUTCFullYear()).toBe(2030)
})
