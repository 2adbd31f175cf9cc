// EIP-712 against domain separators of deployed contracts and digests that contracts and operators' tools gave.
import { TypedDataEncoder, verifyTypedData } from 'ethers'
import { describe, expect, it } from 'vitest'
import answers from '../../../vectors/known-answers/operator-avs-registration.json' with { type: 'json' }
import published from '../../../vectors/known-answers/public-avs-registrations.json' with { type: 'json' }
import domains from '../../../vectors/known-answers/public-domains.json' with { type: 'json' }
import type { Address, Bytes32 } from '../../../src/shared/base/fields.ts'
import {
  avsDirectoryDomain,
  avsDirectoryVersions,
  domainSeparator,
  hashTyped,
  matchAvsDirectoryVersion,
  operatorAvsRegistration,
  registryCoordinatorDomain,
  type AvsDirectoryVersion,
  type Eip712Domain,
} from '../../../src/shared/chain/typed-data.ts'

const flavour = (version: string | null): AvsDirectoryVersion => {
  const found = avsDirectoryVersions.find((known) => known === version)
  if (found === undefined) throw new Error(`${version ?? 'null'} is no flavour of the AVSDirectory`)
  return found
}

describe('domain separators of deployed contracts', () => {
  it.for(domains.cases)('$contract on chain $chainId, version $version', (vector) => {
    const { name, version, contract } = vector
    const [chainId, verifyingContract] = [Number(vector.chainId), vector.verifyingContract as Address]
    const plain: Eip712Domain = { name, chainId, verifyingContract }
    expect(domainSeparator(version === null ? plain : { ...plain, version })).toBe(vector.domainSeparator)

    if (contract === 'AVSDirectory') {
      const domain = avsDirectoryDomain(chainId, verifyingContract, flavour(version))
      expect(domainSeparator(domain)).toBe(vector.domainSeparator)
      expect(matchAvsDirectoryVersion(chainId, verifyingContract, vector.domainSeparator)).toBe(version)
      expect(matchAvsDirectoryVersion(chainId + 1, verifyingContract, vector.domainSeparator)).toBeUndefined()
    }
    if (contract.endsWith('RegistryCoordinator')) {
      expect(domainSeparator(registryCoordinatorDomain(chainId, verifyingContract))).toBe(vector.domainSeparator)
    }
  })

  it('are of both kinds, and of three flavours of the AVSDirectory', () => {
    const directories = domains.cases.filter(({ contract }) => contract === 'AVSDirectory')
    expect(new Set(directories.map(({ version }) => version))).toEqual(new Set([null, '1', '1.']))
    expect(domains.cases.filter(({ contract }) => contract.endsWith('RegistryCoordinator'))).toHaveLength(4)
  })

  it('that no flavour gives are of no flavour', () => {
    const directory = '0x135DDa560e946695d6f155dACaFC6f1F25C1F5AF' as Address
    expect(matchAvsDirectoryVersion(1, directory, `0x${'00'.repeat(32)}`)).toBeUndefined()
    const other = avsDirectoryDomain(1, directory, null)
    expect(matchAvsDirectoryVersion(1, directory, domainSeparator({ ...other, version: '2' }))).toBeUndefined()
    expect(matchAvsDirectoryVersion(1, directory, domainSeparator({ ...other, version: '' }))).toBeUndefined()
  })
})

describe('OperatorAVSRegistration', () => {
  const all = [...answers.cases, ...published.cases]

  it(`has the digest of ${all.length} known answers`, () => {
    for (const vector of all) {
      const domain = avsDirectoryDomain(
        Number(vector.chainId),
        vector.avsDirectory as Address,
        flavour(vector.domainVersion),
      )
      const data = operatorAvsRegistration(domain, {
        operator: vector.operator as Address,
        avs: vector.avs as Address,
        salt: vector.salt as Bytes32,
        expiry: BigInt(vector.expiry),
      })
      expect(hashTyped(data)).toMatchObject({ digest: vector.digest, domainHash: vector.domainSeparator })
    }
  })

  it('has a message hash that another library gives too', () => {
    for (const { operator, avs, salt, expiry, chainId, avsDirectory } of all) {
      const domain = avsDirectoryDomain(Number(chainId), avsDirectory as Address, '1')
      const data = operatorAvsRegistration(domain, {
        operator: operator as Address,
        avs: avs as Address,
        salt: salt as Bytes32,
        expiry: BigInt(expiry),
      })
      const types = { [data.primaryType]: [...data.fields] }
      expect(hashTyped(data).messageHash).toBe(TypedDataEncoder.hashStruct(data.primaryType, types, data.message))
    }
  })

  it.for(published.cases)('is what was signed: $source', (vector) => {
    const { chainId, avsDirectory, domainVersion, operator, avs, salt, expiry, signature, recovers } = vector
    const domain = avsDirectoryDomain(Number(chainId), avsDirectory as Address, flavour(domainVersion))
    const data = operatorAvsRegistration(domain, {
      operator: operator as Address,
      avs: avs as Address,
      salt: salt as Bytes32,
      expiry: BigInt(expiry),
    })
    const types = { [data.primaryType]: [...data.fields] }
    expect(verifyTypedData(data.domain, types, data.message, signature)).toBe(recovers)
  })

  it('differs in each flavour of the domain', () => {
    const directory = '0x135DDa560e946695d6f155dACaFC6f1F25C1F5AF' as Address
    const separators = avsDirectoryVersions.map((version) => domainSeparator(avsDirectoryDomain(1, directory, version)))
    expect(new Set(separators).size).toBe(4)
  })
})
