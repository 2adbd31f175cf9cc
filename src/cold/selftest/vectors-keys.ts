// The known answers of kinds "key-registrar-bn254" and "key-registrar-ecdsa": keyData, digest, point and proof of a key.
import { hexToBytes } from 'viem'
import * as z from 'zod'
import { encodeG1, g1Words, operatorId } from '../../shared/chain/bn254.ts'
import { ecdsaMessage, proofMessage } from '../../shared/request/derive.ts'
import { address, bytes32, type UnixSeconds } from '../../shared/base/fields.ts'
import { bn254KeyData, bn254SignatureBytes, operatorSetId } from '../../shared/operation-parts/key-registration.ts'
import { registerKeyBn254 } from '../../shared/operations/register-key-bn254.ts'
import { registerKeyEcdsa } from '../../shared/operations/register-key-ecdsa.ts'
import { blsKeyOf } from '../keystore/keys.ts'
import type { Comparison } from './comparison.ts'
import { chainId, hex } from './vector-fields.ts'

const place = {
  chainId,
  // The one flavour that a KeyRegistrar has had.
  domainVersion: z.literal('1'),
  keyRegistrar: address,
  operator: address,
  avs: address,
  operatorSetId,
  digest: bytes32,
}

const bn254Case = z.object({
  ...place,
  secretKey: bytes32,
  keyData: hex,
  point: g1Words.optional(),
  signature: hex.optional(),
})

const ecdsaCase = z.object({ ...place, keyAddress: address })

const context = (chainId: number): { readonly chainId: number; readonly expiry: UnixSeconds } => ({
  chainId,
  expiry: 1 as UnixSeconds,
})

/** A BLS key with its test secret: what is named, what is signed, and the proof as the contract checks it. */
export function checkBn254Key(fields: unknown): Comparison[] {
  const { chainId, secretKey, ...vector } = bn254Case.parse(fields)
  const secret = hexToBytes(secretKey)
  const { publicKeyG1, publicKeyG2 } = blsKeyOf(secret, 'the secret of the vector')
  const { operator, avs, keyRegistrar, operatorSetId: operatorSet } = vector
  const key = { publicKeyG1, publicKeyG2 }
  const operation = { kind: 'register-key-bn254', operator, avs, keyRegistrar, operatorSet, ...key } as const
  const message = proofMessage(registerKeyBn254.messages({ ...operation, signature: null }, context(chainId)))
  if (message === null) return [['message', 'one', 'none']]
  const signature = encodeG1(message.point.multiply(BigInt(secretKey)))
  return [
    ['keyData', vector.keyData, bn254KeyData(key)],
    ['digest', vector.digest, message.hashes.digest],
    ...(vector.point === undefined ? [] : ([['point', vector.point, encodeG1(message.point)]] as const)),
    ...(vector.signature === undefined
      ? []
      : ([
          ['signature', vector.signature, bn254SignatureBytes(signature)],
          ['pairing', 'valid', message.check({ ...key, signature })],
        ] as const)),
    ['operatorId', operatorId(publicKeyG1), message.operatorId],
  ]
}

/** An ECDSA key by its address: the digest that it signs. */
export function checkEcdsaKey(fields: unknown): Comparison[] {
  const { chainId, digest, operatorSetId: operatorSet, ...vector } = ecdsaCase.parse(fields)
  const { operator, avs, keyRegistrar, keyAddress } = vector
  const operation = { kind: 'register-key-ecdsa', operator, avs, keyAddress, keyRegistrar, operatorSet } as const
  const messages = registerKeyEcdsa.messages(operation, context(chainId))
  const message = ecdsaMessage(messages, 'keySignature')
  return [
    ['digest', digest, message?.hashes.digest],
    ['signer', keyAddress, message?.signer],
  ]
}
