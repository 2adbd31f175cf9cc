// Whose signature it is, against ethers: signatures that ethers makes, and what its own recovery says of others.
import { hexlify, recoverAddress, SigningKey, computeAddress } from 'ethers'
import { expect, it } from 'vitest'
import { signerOf } from '../../../src/shared/chain/ecdsa-recovery.ts'
import type { Bytes32, EcdsaSignature } from '../../../src/shared/base/fields.ts'
import { Seeded } from '../../support/seeded.ts'

const recovered = (digest: string, signature: string): string | null =>
  signerOf(digest as Bytes32, signature as EcdsaSignature)

const theirs = (digest: string, signature: string): string | null => {
  try {
    return recoverAddress(digest, signature)
  } catch {
    return null
  }
}

it('names the key that signed', () => {
  const random = new Seeded(27)
  for (let index = 0; index < 40; index += 1) {
    const [secret, digest] = [hexlify(random.bytes(32)), hexlify(random.bytes(32))]
    expect(recovered(digest, new SigningKey(secret).sign(digest).serialized)).toBe(computeAddress(secret))
  }
})

it('says of any r and s what ethers says: of half of them that there is no such key', () => {
  const random = new Seeded(28)
  const found = Array.from({ length: 60 }, () => {
    const digest = hexlify(random.bytes(32))
    // Below the order, and s in its lower half.
    const [r, s] = [random.bytes(32), random.bytes(32)]
    const text = `${hexlify(r).replace(/^0x./, '0x7')}${hexlify(s).slice(2).replace(/^./, '3')}${random.pick(['1b', '1c'])}`
    expect(recovered(digest, text), text).toBe(theirs(digest, text))
    return recovered(digest, text)
  })
  expect(found.filter((address) => address === null).length).toBeGreaterThan(15)
  expect(found.filter((address) => address !== null).length).toBeGreaterThan(15)
})

it('of the digest zero, and of one above the order', () => {
  const key = new SigningKey(`0x${'11'.repeat(32)}`)
  for (const digest of [`0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`]) {
    expect(recovered(digest, key.sign(digest).serialized)).toBe(computeAddress(key.privateKey))
  }
})
