// The operator's signature: OperatorAVSRegistration, which lets one AVS register one operator, once.
//
// Follows AVSDirectory.sol of every generation. The `avs` of the message is the ServiceManager. A salt counts for all AVSs of an
// operator together and is spent by a success alone. Where the operator is a contract (ERC-1271), an owner's key signs in
// its stead: the contract decides whose signature it takes, and the request names that key.
import * as z from 'zod'
import { contractLines } from '../catalogue/review-names.ts'
import { address, bytes32, type Address, type Bytes32, type EcdsaSignature, type UnixSeconds } from '../base/fields.ts'
import { warning, when, type Finding, type ReviewLine } from '../base/finding.ts'
import { hashed, messageForEcdsa, type EcdsaMessage, type OperationContext } from './operation.ts'
import * as packing from '../packing/packing.ts'
import type { Packing } from '../packing/packing.ts'
import { avsDirectoryDomain, avsDirectoryVersions, operatorAvsRegistration, safeMessage } from '../chain/typed-data.ts'

/** An owner's key, and what it signs: the digest itself, or the message of a Safe that holds the digest. */
const contractSigner = z.strictObject({ address, signs: z.literal(['digest', 'safe-message']) }).readonly()

/** The ECDSA authorisation, asked for while the operator is not registered with the AVS. */
export const operatorSignature = z
  .strictObject({
    avsDirectory: address,
    domainVersion: z.literal([...avsDirectoryVersions], {
      error: 'expected "1", "1.", "v1" or null: the flavours of the AVSDirectory\'s domain',
    }),
    salt: bytes32,
    /** Whose key signs for an operator that is a contract; null where the operator's own does. */
    signer: contractSigner.nullable(),
  })
  .readonly()
export type OperatorSignature = z.output<typeof operatorSignature>

export const packedOperatorSignature: Packing<OperatorSignature> = packing.record({
  avsDirectory: packing.address,
  domainVersion: packing.choice([null, '1', '1.', 'v1']),
  salt: packing.bytes32,
  signer: packing.nullable(
    packing.record({ address: packing.address, signs: packing.choice(['digest', 'safe-message']) }),
  ),
})

/** The message of an operator's signature. */
export function operatorSignatureMessage(
  { avsDirectory, domainVersion, salt, signer }: OperatorSignature,
  { operator, avs }: { readonly operator: Address; readonly avs: Address },
  { chainId, expiry }: OperationContext,
): EcdsaMessage {
  const domain = avsDirectoryDomain(chainId, avsDirectory, domainVersion)
  const data = operatorAvsRegistration(domain, { operator, avs, salt, expiry })
  const of = { part: 'operatorSignature', signer: signer?.address ?? operator } as const
  if (signer?.signs !== 'safe-message') return messageForEcdsa(data, of)
  const inner = hashed(data)
  return messageForEcdsa(safeMessage(chainId, operator, inner.hashes.digest), { ...of, inner })
}

const ZERO_WORD = `0x${'0'.repeat(64)}` as Bytes32

/** SignatureWithSaltAndExpiry as an argument; zeros where the contract will not look at it. */
export const operatorSignatureArgument = (
  asked: OperatorSignature | null,
  expiry: UnixSeconds,
  signature: EcdsaSignature | null,
): readonly [string, Bytes32, bigint] =>
  asked === null ? ['0x', ZERO_WORD, 0n] : [signature ?? '0x', asked.salt, BigInt(expiry)]

/** The lines of a review. */
export function operatorSignatureLines(asked: OperatorSignature | null, { chainId }: OperationContext): ReviewLine[] {
  if (asked === null) return []
  const { avsDirectory, domainVersion, salt, signer } = asked
  return [
    ...contractLines('AVSDirectory', chainId, avsDirectory),
    ['', `EIP-712 domain ${domainVersion === null ? 'without version' : `version "${domainVersion}"`}`],
    ...signerLines(signer),
    ['Salt', salt],
  ]
}

function signerLines(signer: OperatorSignature['signer']): ReviewLine[] {
  if (signer === null) return []
  const what = signer.signs === 'digest' ? 'the contract that the operator is' : 'the Safe that the operator is'
  return [['Signed by', `${signer.address}, for ${what}`]]
}

/** keccak256("pubkeyRegistrationMessageHash(address)"): the constant that a published guide has in place of a salt. */
const PUBLISHED_SALT: string = '0x3c2a7f4c717798aa56228aa6df60565eec1b5244c96a4d688c245d54ef3ecae8'

/** What there is to say about the salt and the signer. */
export function judgeOperatorSignature(asked: OperatorSignature | null): Finding[] {
  const salt = asked?.salt
  return [
    ...when(salt === PUBLISHED_SALT || salt === ZERO_WORD, () =>
      warning('salt_guessable', `the salt is a well-known constant: it can be used once for all AVSs of this operator`),
    ),
    ...when(asked !== null && asked.signer !== null, () =>
      warning(
        'signed_for_contract',
        `the key of ${asked?.signer?.address ?? ''} signs for an operator that is a contract: whether that contract takes its signature cannot be seen here`,
      ),
    ),
  ]
}
