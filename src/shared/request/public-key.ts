// public-key/1: the public half of a BLS key with a statement, signed by both keys, that binds it to an operator.
//
// For the online machine and the node of an AVS, which need the points and the operator id and must get no secret. The
// statement is text of this program's own. The ECDSA key signs it as EIP-191 personal message; the BLS key signs
// BN254.hashToG1 of its SHA-256. No contract of EigenLayer asks for either: theirs are EIP-712 digests.
//
// Refused: any other spelling, points that are none or do not share a secret, an operator id that is not that of the G1
// point, either signature by another key.
import { coldCommand } from '../base/commands.ts'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { bytesToHex, hashMessage, recoverAddress } from 'viem'
import * as z from 'zod'
import { checkPubkeyRegistration } from '../chain/bls-registration.ts'
import { g1Words, g2Words, hashToG1, operatorId, type G1Point } from '../chain/bn254.ts'
import { checksum, decodeDocument, encodeDocument } from '../base/document.ts'
import { AirlockError, type Problem } from '../base/errors.ts'
import { address, bytes32, ecdsaSignature, type Bytes32 } from '../base/fields.ts'

const HEADER = 'public-key/1'
const AGAIN = `make it again on the offline machine: ${coldCommand('keys export')}`

const publicKey = z.strictObject({
  airlock: z.literal(HEADER),
  blsSignature: g1Words,
  checksum: checksum.optional(),
  operator: address,
  operatorId: bytes32,
  operatorSignature: ecdsaSignature,
  publicKeyG1: g1Words,
  publicKeyG2: g2Words,
})

/** The public half of a BLS key, bound to an operator. */
export type PublicKeyDocument = Omit<z.output<typeof publicKey>, 'checksum'>

/** What both keys sign. */
export type KeyStatement = Pick<PublicKeyDocument, 'operator' | 'operatorId'>

const textOf = ({ operator, operatorId: id }: KeyStatement): string =>
  `Airlock public key statement 1\noperator ${operator}\noperator id ${id}\nThis is no transaction and no registration.\n`

/** What the ECDSA key signs: the EIP-191 hash of the statement's text. */
export const statementHash = (statement: KeyStatement): Bytes32 => hashMessage(textOf(statement)) as Bytes32

/** What the BLS key multiplies: the point of the SHA-256 of the statement's text. */
export const statementPoint = (statement: KeyStatement): G1Point =>
  hashToG1(bytesToHex(sha256(utf8ToBytes(textOf(statement)))) as Bytes32)

/** The canonical bytes of a public key. */
export const encodePublicKey = (document: PublicKeyDocument): Uint8Array => encodeDocument(document)

/**
 * Decodes a public key and checks both signatures.
 *
 * @throws AirlockError public_key_invalid, and those of decoding a document
 */
export async function decodePublicKey(doing: string, bytes: Uint8Array): Promise<PublicKeyDocument> {
  const document = decodeDocument(doing, bytes, HEADER, publicKey, AGAIN)
  const [first, ...rest] = await statementProblems(document)
  if (first !== undefined) throw new AirlockError(doing, [first, ...rest])
  return document
}

/** What is untrue in a public key. */
export async function statementProblems(document: PublicKeyDocument): Promise<readonly Problem[]> {
  const { blsSignature, operator, operatorSignature, publicKeyG1, publicKeyG2 } = document
  const faults: string[] = []
  if (operatorId(publicKeyG1) !== document.operatorId) faults.push('the operator id is not that of the G1 point')
  const params = { publicKeyG1, publicKeyG2, signature: blsSignature }
  const verdict = checkPubkeyRegistration(params, statementPoint(document))
  if (verdict === 'keys_differ') faults.push('the G1 and the G2 point belong to different secrets')
  if (verdict === 'signature_invalid') faults.push('the BLS signature of the statement is not by this key')
  const signer = await recoverAddress({ hash: statementHash(document), signature: operatorSignature }).catch(() => null)
  if (signer !== operator)
    faults.push(`the statement is signed by ${signer ?? 'nobody'}, expected operator ${operator}`)
  return faults.map((message) => ({ code: 'public_key_invalid', message, hint: AGAIN }))
}
