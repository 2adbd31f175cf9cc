// Proofs of BLS keys: the answers of the contracts, of public tools, and what the pairing finds wrong.
import { bn254 } from '@noble/curves/bn254.js'
import { concat, keccak256 } from 'ethers'
import { describe, expect, it } from 'vitest'
import registrations from '../../../vectors/known-answers/bls-registration.json' with { type: 'json' }
import messages from '../../../vectors/known-answers/pubkey-registration.json' with { type: 'json' }
import published from '../../../vectors/known-answers/public-pubkey-registrations.json' with { type: 'json' }
import real from '../../../vectors/known-answers/published-registration.json' with { type: 'json' }
import {
  checkPubkeyRegistration,
  sameSecret,
  type PubkeyRegistrationParams,
} from '../../../src/shared/chain/bls-registration.ts'
import { decodeG1, encodeG1, encodeG2, GROUP_ORDER, operatorId, type G1Words } from '../../../src/shared/chain/bn254.ts'
import type { Address } from '../../../src/shared/base/fields.ts'
import { blsProofMessage } from '../../../src/shared/operation-parts/bls-proof.ts'
import type { ProofMessage } from '../../../src/shared/operation-parts/operation.ts'
import { registration, registrations as mined } from '../../documents/documents.ts'
import { negated, OFF_SUBGROUP } from '../cases/request-point-cases.ts'

interface Proof {
  readonly note: string
  readonly chainId: number
  readonly coordinator: Address
  readonly operator: Address
  readonly digest: string
  readonly point: readonly string[]
  readonly params: PubkeyRegistrationParams
}

const asParams = (from: {
  publicKeyG1: string[]
  publicKeyG2: string[][]
  signature: string[]
}): PubkeyRegistrationParams => {
  const { publicKeyG1, publicKeyG2, signature } = from
  return { publicKeyG1, publicKeyG2, signature } as unknown as PubkeyRegistrationParams
}

const proofs: readonly Proof[] = [...registrations.cases, ...published.cases].map((vector) => {
  const { chainId, registryCoordinator, operator, digest, point } = vector
  const carried = 'pubkeyRegistrationParams' in vector ? vector.pubkeyRegistrationParams : undefined
  const { publicKeyG1 = [], publicKeyG2 = [], signature = [] } = carried ?? vector
  return {
    note: 'source' in vector ? vector.source : vector.note,
    chainId: Number(chainId),
    coordinator: registryCoordinator as Address,
    operator: operator as Address,
    digest,
    point,
    params: asParams({ publicKeyG1, publicKeyG2, signature }),
  }
})

const first = registration(1)
const own = first.params as unknown as PubkeyRegistrationParams
const other = registration(2).params as unknown as PubkeyRegistrationParams
const { chainId, operation } = first.request
/** The message of a proof that is still to be made. */
const pointMessage = (chain: number, coordinator: Address, who: Address): ProofMessage =>
  blsProofMessage({ from: 'signer', operatorId: null }, { operator: who, coordinator, chainId: chain })
const { point } = pointMessage(chainId, operation.registryCoordinator as Address, operation.operator as Address)
const turned = (words: G1Words): G1Words => negated([...words]) as unknown as G1Words

describe('the message of a BLS key', () => {
  it('is the point that each contract gives', () => {
    for (const vector of [...messages.cases, ...proofs]) {
      const coordinator = 'coordinator' in vector ? vector.coordinator : (vector.registryCoordinator as Address)
      const message = pointMessage(Number(vector.chainId), coordinator, vector.operator as Address)
      expect(message.hashes.digest, vector.note).toBe(vector.digest)
      expect(encodeG1(message.point), vector.note).toEqual(vector.point)
    }
  })
})

describe('a proof', () => {
  it.for(proofs)('is valid: $operator at $coordinator ($note)', (proof) => {
    expect(checkPubkeyRegistration(proof.params, decodeG1(proof.point as unknown as G1Words))).toBe('valid')
    expect(sameSecret(proof.params)).toBe(true)
  })

  it('that was mined is valid', () => {
    for (const { request, params } of mined) {
      const { registryCoordinator, operator } = request.operation
      const message = pointMessage(request.chainId, registryCoordinator as Address, operator as Address)
      expect(checkPubkeyRegistration(params as unknown as PubkeyRegistrationParams, message.point)).toBe('valid')
    }
  })

  it.for([
    ['of another operator', 'signature_invalid', other],
    ['with a negated signature', 'signature_invalid', { ...own, signature: turned(own.signature) }],
    ["with another operator's signature", 'signature_invalid', { ...own, signature: other.signature }],
    ["with the message's own point for a signature", 'signature_invalid', { ...own, signature: encodeG1(point) }],
    ["with another operator's G2 key", 'keys_differ', { ...own, publicKeyG2: other.publicKeyG2 }],
    ["with another operator's G1 key", 'keys_differ', { ...own, publicKeyG1: other.publicKeyG1 }],
    ['with a negated G1 key', 'keys_differ', { ...own, publicKeyG1: turned(own.publicKeyG1) }],
  ] as const)('%s: %s', ([, verdict, params]) => expect(checkPubkeyRegistration(params, point)).toBe(verdict))

  it('for another operator, coordinator or chain is of no use here', () => {
    const { registryCoordinator, operator } = operation
    for (const [chain, coordinator, who] of [
      [1, registryCoordinator, operator],
      [chainId, registration(7).request.operation.registryCoordinator, operator],
      [chainId, registryCoordinator, registration(2).request.operation.operator],
    ] as const) {
      const message = pointMessage(chain, coordinator as Address, who as Address)
      expect(checkPubkeyRegistration(own, message.point)).toBe('signature_invalid')
    }
  })

  // Both equations are checked as one, weighted by a hash of everything; a weight that leaves a part out lets that part
  // be chosen last, so that errors in the two cancel.
  it.for(['signature', 'publicKeyG1'] as const)(
    'made for a weight that leaves out the %s is no proof',
    (chosenLast) => {
      const { G1, G2 } = bn254
      const secret = BigInt(first.blsSecret)
      const rogue = G1.Point.BASE.multiply(12345n)
      const key = {
        publicKeyG1: encodeG1(G1.Point.BASE.multiply(secret)),
        publicKeyG2: encodeG2(G2.Point.BASE.multiply(secret)),
      }
      const weigh = (...parts: readonly (readonly string[])[]): bigint =>
        BigInt(keccak256(concat([...parts.flat(), ...encodeG1(point)]))) % GROUP_ORDER
      const made = (): PubkeyRegistrationParams => {
        const due = point.multiply(secret)
        if (chosenLast === 'signature') {
          const publicKeyG1 = encodeG1(rogue)
          const weight = weigh(publicKeyG1, key.publicKeyG2.flat())
          const error = G1.Point.BASE.multiply(secret).subtract(rogue).multiply(weight)
          return { ...key, publicKeyG1, signature: encodeG1(due.add(error)) }
        }
        const weight = weigh(encodeG1(rogue), key.publicKeyG2.flat())
        const error = due.subtract(rogue).multiply(G1.Point.Fn.inv(weight))
        return { ...key, publicKeyG1: encodeG1(G1.Point.BASE.multiply(secret).add(error)), signature: encodeG1(rogue) }
      }
      expect(checkPubkeyRegistration(made(), point)).toBe('keys_differ')
    },
  )

  it('whose words are no points is no verdict', () => {
    const off = { ...own, publicKeyG2: OFF_SUBGROUP } as unknown as PubkeyRegistrationParams
    expect(() => checkPubkeyRegistration(off, point)).toThrow('subgroup')
  })
})

describe('two keys', () => {
  it('of one secret, as an operator published them', () => {
    for (const vector of real.cases) {
      const params = asParams(vector.pubkeyRegistrationParams)
      expect(sameSecret(params)).toBe(true)
      expect(operatorId(params.publicKeyG1)).toBe(vector.operatorId)
    }
  })

  it('of two secrets', () => {
    expect(sameSecret({ publicKeyG1: own.publicKeyG1, publicKeyG2: other.publicKeyG2 })).toBe(false)
    expect(sameSecret({ publicKeyG1: other.publicKeyG1, publicKeyG2: own.publicKeyG2 })).toBe(false)
  })
})
