// The address book: spelled so that it is found, and asked for a chain at a time.
import { getAddress } from 'ethers'
import { describe, expect, it } from 'vitest'
import entries from '../../src/shared/address-book.json' with { type: 'json' }
import {
  addressOf,
  chainName,
  coreOf,
  isRetiredChain,
  knownContracts,
  knownElsewhere,
} from '../../src/shared/address-book.ts'
import type { Address } from '../../src/shared/fields.ts'
import { avsDirectoryVersions } from '../../src/shared/typed-data.ts'

interface Entry {
  readonly chainId: number
  readonly project: string
  readonly registration: string
  readonly contracts: Readonly<Record<string, string>>
  readonly avsDirectoryDomainVersion?: string
  readonly source: string
}
const book = entries as readonly Entry[]

describe('every entry', () => {
  it.for(book)('$project on $chainId', ({ chainId, project, registration, contracts, source }) => {
    expect(['core', 'm2', 'other']).toContain(registration)
    expect(source).not.toBe('')
    expect(chainName(chainId)).toBeDefined()
    for (const [contract, address] of Object.entries(contracts)) {
      // Looked up by its spelling: another one would never be found.
      expect(address, `${project} ${contract}`).toBe(getAddress(address))
      expect(knownContracts(chainId, address as Address)).toContainEqual({ chainId, project, contract, registration })
      expect(addressOf(chainId, project, contract)).toBe(address)
    }
  })

  it('is the only one of its project on its chain', () => {
    const names = book.map(({ chainId, project }) => `${chainId} ${project}`)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('a chain', () => {
  it('has one core with a flavour that exists', () => {
    for (const chainId of new Set(book.map((entry) => entry.chainId))) {
      const cores = book.filter((entry) => entry.chainId === chainId && entry.registration === 'core')
      expect(cores).toHaveLength(1)
      const core = coreOf(chainId)
      expect(core?.avsDirectory).toBe(cores[0]?.contracts['AVSDirectory'])
      expect(avsDirectoryVersions).toContain(core?.domainVersion)
    }
    expect(coreOf(31_337)).toBeUndefined()
  })

  it('that is retired is Holesky', () => {
    expect([1, 17_000, 11_155_111, 560_048].filter(isRetiredChain)).toEqual([17_000])
  })
})

describe('one address on two chains', () => {
  const address = '0xD4A7E1Bd8015057293f0D0A557088c286942e84b' as Address

  it('is two contracts', () => {
    expect(knownContracts(17_000, address).map(({ contract }) => contract)).toEqual(['ServiceManager'])
    expect(knownContracts(11_155_111, address).map(({ contract }) => contract)).toEqual(['DelegationManager'])
    expect(knownContracts(1, address)).toEqual([])
  })

  it('is found elsewhere from a third', () => {
    expect(
      knownElsewhere(1, address)
        .map(({ chainId }) => chainId)
        .toSorted(),
    ).toEqual([11_155_111, 17_000])
    expect(knownElsewhere(17_000, address).map(({ chainId }) => chainId)).toEqual([11_155_111])
  })
})
