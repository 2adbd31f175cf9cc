// EIP-712 as the EigenLayer contracts use it: the two domains, the two messages an operator signs to register.
//
// AVSDirectory: name "EigenLayer", verifying contract the proxy, and one of four flavours of the version field (none in
// M2; "1." for v1.3 and v1.4 deployed as "1.3.0"; "v1" for the same code deployed as "v1.x"; "1" since v1.5). The value
// of version() is never hashed. The flavour is found by matching domainSeparator(), never by a table.
// RegistryCoordinator: name "AVSRegistryCoordinator", version "v0.0.1", verifying contract the proxy, all generations.
//
// viem hashes here; the offline side has ethers hash the same structures again (src/cold/validate/second-opinion.ts).
import { hashDomain, hashStruct, hashTypedData } from 'viem'
import type { Address, Bytes32, UnixSeconds } from '../base/fields.ts'

/** The version field of the AVSDirectory's domain; null where the domain type has no version field. */
export const avsDirectoryVersions = ['1', '1.', 'v1', null] as const
export type AvsDirectoryVersion = (typeof avsDirectoryVersions)[number]

export interface Eip712Domain {
  /** Absent from a Safe's. */
  readonly name?: string
  readonly version?: string
  readonly chainId: number
  readonly verifyingContract: Address
}

export interface TypedField {
  readonly name: string
  readonly type: string
}

/** A message to sign: everything that EIP-712 hashes, nothing hashed yet. */
export interface TypedData {
  readonly domain: Eip712Domain
  readonly primaryType: string
  readonly fields: readonly TypedField[]
  readonly message: Readonly<Record<string, string | bigint>>
}

/** The three hashes that ERC-8213 names, so that any other tool can be compared with this one. */
export interface TypedDataHashes {
  readonly digest: Bytes32
  readonly domainHash: Bytes32
  readonly messageHash: Bytes32
}

/** The AVSDirectory's domain on a chain, in the given flavour. */
export function avsDirectoryDomain(chainId: number, avsDirectory: Address, version: AvsDirectoryVersion): Eip712Domain {
  const domain = { name: 'EigenLayer', chainId, verifyingContract: avsDirectory }
  return version === null ? domain : { ...domain, version }
}

/** The RegistryCoordinator's domain on a chain. */
export function registryCoordinatorDomain(chainId: number, registryCoordinator: Address): Eip712Domain {
  return { name: 'AVSRegistryCoordinator', version: 'v0.0.1', chainId, verifyingContract: registryCoordinator }
}

/** OperatorAVSRegistration, as AVSDirectory.registerOperatorToAVS checks it; `avs` is the ServiceManager. */
export function operatorAvsRegistration(
  domain: Eip712Domain,
  message: { operator: Address; avs: Address; salt: Bytes32; expiry: UnixSeconds | bigint },
): TypedData {
  return {
    domain,
    primaryType: 'OperatorAVSRegistration',
    fields: [
      { name: 'operator', type: 'address' },
      { name: 'avs', type: 'address' },
      { name: 'salt', type: 'bytes32' },
      { name: 'expiry', type: 'uint256' },
    ],
    message: { ...message, expiry: BigInt(message.expiry) },
  }
}

/** BN254PubkeyRegistration, whose digest is hashed to the curve point that the BLS key signs. */
export function pubkeyRegistration(domain: Eip712Domain, operator: Address): TypedData {
  return {
    domain,
    primaryType: 'BN254PubkeyRegistration',
    fields: [{ name: 'operator', type: 'address' }],
    message: { operator },
  }
}

/**
 * SafeMessage: what an owner of a Safe signs where the Safe is to answer for a digest by ERC-1271.
 *
 * Follows CompatibilityFallbackHandler.sol of Safe 1.3.0 and later, whose domain has neither name nor version.
 */
export const safeMessage = (chainId: number, safe: Address, digest: Bytes32): TypedData => ({
  domain: { chainId, verifyingContract: safe },
  primaryType: 'SafeMessage',
  fields: [{ name: 'message', type: 'bytes' }],
  message: { message: digest },
})

/** The EIP712Domain type with exactly the fields that the domain has. */
function domainFields(domain: Eip712Domain): TypedField[] {
  return [
    ...(domain.name === undefined ? [] : [{ name: 'name', type: 'string' }]),
    ...(domain.version === undefined ? [] : [{ name: 'version', type: 'string' }]),
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ]
}

/** The domain separator. */
export function domainSeparator(domain: Eip712Domain): Bytes32 {
  const parameters = { domain, types: { EIP712Domain: domainFields(domain) } }
  return hashDomain(parameters as unknown as Parameters<typeof hashDomain>[0]) as Bytes32
}

/** Hashes a message. */
export function hashTyped(data: TypedData): TypedDataHashes {
  const types = { EIP712Domain: domainFields(data.domain), [data.primaryType]: data.fields }
  const { domain, primaryType, message } = data
  return {
    digest: hashTypedData({ domain, types, primaryType, message }) as Bytes32,
    domainHash: domainSeparator(domain),
    messageHash: hashStruct({ data: message, types, primaryType }) as Bytes32,
  }
}

/** A message as wallets take it (eth_signTypedData_v4): JSON, integers of the message as decimal text. */
export function typedDataJson({ domain, fields, message, primaryType }: TypedData): string {
  const values = Object.entries(message).map(([name, value]) => [name, value.toString()] as const)
  const types = { EIP712Domain: domainFields(domain), [primaryType]: fields }
  return JSON.stringify({ types, primaryType, domain, message: Object.fromEntries(values) })
}

/**
 * Finds the flavour of an AVSDirectory from its own domainSeparator().
 *
 * @returns the version field (null: the domain has none), or undefined when no flavour gives this separator
 */
export function matchAvsDirectoryVersion(
  chainId: number,
  avsDirectory: Address,
  separator: string,
): AvsDirectoryVersion | undefined {
  return avsDirectoryVersions.find(
    (version) => domainSeparator(avsDirectoryDomain(chainId, avsDirectory, version)) === separator,
  )
}
