// Throw-away key files in the operators' formats, made by other code than the code that reads them.
//
// ECDSA by ethers, as its wallets write web3 secret storage; BLS with Node's own crypto, as eigensdk-go lays it out.
import { bn254 } from '@noble/curves/bn254.js'
import { encryptKeystoreJson, keccak256, solidityPackedKeccak256, Wallet } from 'ethers'
import { createCipheriv, randomBytes, scryptSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** scrypt's cost: geth's standard for what a person sees, its light one for tests that open many files. */
export type Cost = 'standard' | 'light'
const COST = { standard: 262_144, light: 4096 } as const

export interface KeyFiles {
  readonly operator: `0x${string}`
  readonly operatorSecret: `0x${string}`
  readonly blsSecret: bigint
  readonly ecdsaKeystore: string
  readonly blsKeystore: string
  readonly ecdsaPasswordFile: string
  readonly blsPasswordFile: string
  readonly ecdsaPassword: string
  readonly blsPassword: string
}

/** Makes a pair of fresh keys with their files in a folder. */
export async function makeKeyFiles(folder: string, cost: Cost, name = 'demo', password?: string): Promise<KeyFiles> {
  const keys = join(folder, 'operator_keys')
  mkdirSync(keys, { recursive: true, mode: 0o750 })
  const wallet = Wallet.createRandom()
  const fresh = (): string => password ?? randomBytes(9).toString('base64')
  const [ecdsaPassword, blsPassword] = [fresh(), fresh()]
  const blsSecret = (BigInt(`0x${randomBytes(40).toString('hex')}`) % (bn254.G1.Point.Fn.ORDER - 1n)) + 1n
  const files = {
    ecdsaKeystore: join(keys, `${name}.ecdsa.key.json`),
    blsKeystore: join(keys, `${name}.bls.key.json`),
    ecdsaPasswordFile: join(folder, `${name}.ecdsa.password`),
    blsPasswordFile: join(folder, `${name}.bls.password`),
  }
  const scrypt = { N: COST[cost], r: 8, p: 1 }
  write(
    files.ecdsaKeystore,
    await encryptKeystoreJson({ address: wallet.address, privateKey: wallet.privateKey }, ecdsaPassword, { scrypt }),
  )
  write(files.blsKeystore, blsKeystore(blsSecret, blsPassword, COST[cost]))
  write(files.ecdsaPasswordFile, `${ecdsaPassword}\n`)
  write(files.blsPasswordFile, `${blsPassword}\n`)
  const operator = wallet.address as `0x${string}`
  const operatorSecret = wallet.privateKey as `0x${string}`
  return { operator, operatorSecret, blsSecret, ...files, ecdsaPassword, blsPassword }
}

/** The operator id of the BLS key, by the contracts' definition: keccak256 of the two words of its G1 point. */
export function idOfKeys({ blsSecret }: Pick<KeyFiles, 'blsSecret'>): `0x${string}` {
  const { x, y } = bn254.G1.Point.BASE.multiply(blsSecret).toAffine()
  return solidityPackedKeccak256(['uint256', 'uint256'], [x, y]) as `0x${string}`
}

const write = (path: string, text: string): void => writeFileSync(path, text, { mode: 0o600 })

/**
 * The BLS JSON of eigenlayer-cli: web3's crypto part, and the public key as gnark prints it.
 *
 * @param encrypted what the file holds in place of the secret, to make a bad one
 */
export function blsKeystore(secret: bigint, password: string, n: number = COST.light, encrypted = secret): string {
  const { x, y } = bn254.G1.Point.BASE.multiply(secret).toAffine()
  const plain = Buffer.from(encrypted.toString(16).padStart(64, '0'), 'hex')
  const salt = randomBytes(32)
  const key = scryptSync(password, salt, 32, { N: n, r: 8, p: 1, maxmem: 2 ** 30 })
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), iv)
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
  const mac = keccak256(Buffer.concat([key.subarray(16, 32), ciphertext])).slice(2)
  const crypto = {
    cipher: 'aes-128-ctr',
    ciphertext: ciphertext.toString('hex'),
    cipherparams: { iv: iv.toString('hex') },
    kdf: 'scrypt',
    kdfparams: { dklen: 32, n, p: 1, r: 8, salt: salt.toString('hex') },
    mac,
  }
  return JSON.stringify({ pubKey: `E([${x},${y}])`, crypto })
}
