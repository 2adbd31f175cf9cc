// airlock-hot build register-key-bn254, register-key-ecdsa, deregister-key: their preflight, and the state after.
//
// A BLS key is named by the document that the offline machine exported (public-key/1), or by a proof that was made on another
// offline machine; both points are in what is signed.
import { coldCommand } from '../../shared/base/commands.ts'
import { readDocument } from '../../local/document-file.ts'
import { operatorId, word } from '../../shared/chain/bn254.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import {
  bn254KeyData,
  bn254KeyRegistration,
  ecdsaKeyHash,
  ecdsaKeyRegistration,
  type Bn254Key,
} from '../../shared/operation-parts/key-registration.ts'
import type { DeregisterKeyOperation } from '../../shared/operations/deregister-key.ts'
import type { RegisterKeyBn254Operation } from '../../shared/operations/register-key-bn254.ts'
import type { RegisterKeyEcdsaOperation } from '../../shared/operations/register-key-ecdsa.ts'
import { decodePublicKey } from '../../shared/request/public-key.ts'
import { hashTyped } from '../../shared/chain/typed-data.ts'
import { build, type BuildOptions, type Plan } from '../build/build.ts'
import type { Site } from '../build/site.ts'
import { readProof } from '../m2/build-register.ts'
import {
  curves,
  deregisterProblems,
  deregisterQuestion,
  keyRegistrarCall,
  readKeyState,
  readKeyTaken,
  registeredRead,
  registerProblems,
  registerQuestion,
  registerRemarks,
  setArgument,
  type KeyPlace,
  type KeyWish,
} from './key-state.ts'
import { notDone, type HotOperation, type Outcome } from '../build/outcome.ts'
import { record, type Read, type Reader } from '../rpc/reader.ts'
import { chosenSet, type SetOptions } from '../build/set-argument.ts'
import { zxingReader } from '../scan/zxing.ts'

export interface KeyOptions extends SetOptions, BuildOptions {}

export interface Bn254KeyOptions extends KeyOptions {
  readonly blsPublicKey?: string
  readonly blsProof?: string
}

export interface EcdsaKeyOptions extends KeyOptions {
  readonly keyAddress: Address
}

/** Builds the registration of a BLS key and writes it. */
export async function buildRegisterKeyBn254(options: Bn254KeyOptions): Promise<void> {
  const setOn = chosenSet(options)
  const key = await chosenKey(options)
  await build(options, async (site) => {
    const fields = { operator: options.operator, ...setOn(site.head.chainId), ...key }
    return planRegistration(site, { kind: 'register-key-bn254', ...fields })
  })
}

/** Builds the registration of an ECDSA key and writes it. */
export async function buildRegisterKeyEcdsa(options: EcdsaKeyOptions): Promise<void> {
  const setOn = chosenSet(options)
  const { keyAddress, operator } = options
  await build(options, async (site) => {
    const fields = { keyAddress, operator, ...setOn(site.head.chainId) }
    return planRegistration(site, { kind: 'register-key-ecdsa', ...fields })
  })
}

/** Builds the deregistration of a key and writes it. */
export async function buildDeregisterKey(options: KeyOptions): Promise<void> {
  const setOn = chosenSet(options)
  await build(options, async (site) => {
    const fields = { operator: options.operator, ...setOn(site.head.chainId) }
    return {
      operation: { kind: 'deregister-key', ...fields },
      problems: await deregisterReasons(site, fields),
      remarks: [],
    }
  })
}

const DOING = 'choosing the BLS key'

/** The key as the offline machine told it, with its proof where one was made before. */
async function chosenKey(options: Bn254KeyOptions): Promise<Bn254Key & Pick<RegisterKeyBn254Operation, 'signature'>> {
  const { blsPublicKey, blsProof, operator } = options
  const proof = blsProof === undefined ? null : await readProof(blsProof)
  const exported = blsPublicKey === undefined ? null : await exportedKey(blsPublicKey, operator)
  const key = exported ?? proof
  if (key === null) {
    const hint = `export the public key on the offline machine, with ${coldCommand('keys export')}`
    throw refusal(DOING, 'usage', 'neither --bls-public-key nor --bls-proof given', hint)
  }
  if (proof !== null && bn254KeyData(proof) !== bn254KeyData(key)) {
    const seen = `the proof is of BLS key ${operatorId(proof.publicKeyG1)}, the public key is ${operatorId(key.publicKeyG1)}`
    throw refusal(DOING, 'bls_key_mismatch', seen, 'give the proof and the public key of one BLS key')
  }
  const { publicKeyG1, publicKeyG2 } = key
  return { publicKeyG1, publicKeyG2, signature: proof?.signature ?? null }
}

async function exportedKey(path: string, operator: Address): Promise<Bn254Key> {
  const doing = 'reading the public key'
  const document = await decodePublicKey(doing, await readDocument(doing, path, zxingReader))
  if (document.operator === operator) return document
  const seen = `the public key is that of operator ${document.operator}, --operator is ${operator}`
  throw refusal(doing, 'public_key_invalid', seen, 'give the public key that was exported for this operator')
}

type Registration = RegisterKeyBn254Operation | RegisterKeyEcdsaOperation

/** What the contract is asked about the key that is to be registered. */
function wishOf(chainId: number, fields: Registration): KeyWish {
  const hash = (name: string, key: string, keyData: string): Read<Bytes32> =>
    keyRegistrarCall(
      fields,
      `${name}(address,(address,uint32),${key}) view returns (bytes32)`,
      ...[fields.operator, setArgument(fields), keyData],
    )
  if (fields.kind === 'register-key-ecdsa') {
    return {
      curve: curves.ecdsa,
      keyHash: ecdsaKeyHash(fields.keyAddress),
      digest: hashTyped(ecdsaKeyRegistration(chainId, fields, fields.keyAddress)).digest,
      theirDigest: hash('getECDSAKeyRegistrationMessageHash', 'address', fields.keyAddress),
    }
  }
  return {
    curve: curves.bn254,
    keyHash: operatorId(fields.publicKeyG1),
    digest: hashTyped(bn254KeyRegistration(chainId, fields, fields)).digest,
    theirDigest: hash('getBN254KeyRegistrationMessageHash', 'bytes', bn254KeyData(fields)),
  }
}

async function planRegistration(site: Site, fields: Registration): Promise<Plan> {
  const wish = wishOf(site.head.chainId, fields)
  const asked = registerQuestion(fields, site.sender)
  const [state, taken] = await Promise.all([readKeyState(site, fields, asked), readKeyTaken(site.reader, fields, wish)])
  return {
    operation: fields,
    problems: registerProblems(state, fields, wish, taken, asked),
    remarks: registerRemarks(state, fields),
  }
}

async function deregisterReasons(site: Site, fields: KeyPlace): Promise<Plan['problems']> {
  const asked = deregisterQuestion(fields, site.sender)
  return deregisterProblems(await readKeyState(site, fields, asked), fields, site.head, asked)
}

/** What the KeyRegistrar says afterwards. */
function outcomeOf(fields: KeyPlace, key: string | null, refused: Outcome['refused']): Outcome {
  const { operator, avs, operatorSet } = fields
  return {
    facts: [
      { name: 'operator', value: operator },
      { name: 'AVS', value: avs },
      { name: 'operator set', value: `${operatorSet}` },
      { name: 'key registered', value: key ?? 'none' },
    ],
    json: { avs, operatorSet, key },
    refused,
  }
}

const notThisKey = ({ operator, operatorSet }: KeyPlace, found: string | null): Outcome['refused'] =>
  notDone(`the key of ${operator} in operator set ${operatorSet} is ${found ?? 'none'}, not the one signed for`)

const G1 = '(uint256 X, uint256 Y)'
const G2 = '(uint256[2] X, uint256[2] Y)'

interface Point<Coordinate> {
  readonly X: Coordinate
  readonly Y: Coordinate
}

type KeyPoints = readonly [Point<bigint>, Point<readonly [bigint, bigint]>]

async function bn254Outcome(reader: Reader, fields: RegisterKeyBn254Operation): Promise<Outcome> {
  const getter = `getBN254Key((address,uint32),address) view returns (${G1} g1, ${G2} g2)`
  const { registered, points } = await reader.read(
    record({
      registered: registeredRead(fields),
      points: keyRegistrarCall<KeyPoints>(fields, getter, setArgument(fields), fields.operator),
    }),
  )
  const [g1, g2] = points
  const [x, y] = [word(g1.X), word(g1.Y)]
  const found = [x, y, ...[...g2.X, ...g2.Y].map(word)].join()
  const wanted = [...fields.publicKeyG1, ...fields.publicKeyG2.flat()].join()
  const key = registered ? operatorId([x, y]) : null
  return outcomeOf(fields, key, registered && found === wanted ? null : notThisKey(fields, key))
}

async function ecdsaOutcome(reader: Reader, fields: RegisterKeyEcdsaOperation): Promise<Outcome> {
  const getter = 'getECDSAAddress((address,uint32),address) view returns (address)'
  const { registered, address } = await reader.read(
    record({
      registered: registeredRead(fields),
      address: keyRegistrarCall<Address>(fields, getter, setArgument(fields), fields.operator),
    }),
  )
  const key = registered ? address : null
  return outcomeOf(fields, key, key === fields.keyAddress ? null : notThisKey(fields, key))
}

/** The registration of a BLS key on chain. */
export const registerKeyBn254OnChain: HotOperation<RegisterKeyBn254Operation> = {
  problems: async (site, fields) => (await planRegistration(site, fields)).problems,
  outcome: bn254Outcome,
}

/** The registration of an ECDSA key on chain. */
export const registerKeyEcdsaOnChain: HotOperation<RegisterKeyEcdsaOperation> = {
  problems: async (site, fields) => (await planRegistration(site, fields)).problems,
  outcome: ecdsaOutcome,
}

/** The deregistration of a key on chain. */
export const deregisterKeyOnChain: HotOperation<DeregisterKeyOperation> = {
  problems: deregisterReasons,
  outcome: async (reader, fields) => {
    const registered = await reader.read(registeredRead(fields))
    const still = registered ? notDone(`${fields.operator} still has a key there`) : null
    return outcomeOf(fields, registered ? 'still one' : null, still)
  },
}
