// Who is at an address: asked for a chain at a time.
import { describe, expect, it } from 'vitest'
import {
  addressOf,
  chainName,
  coreOf,
  isRetiredChain,
  knownContracts,
  knownElsewhere,
} from '../../../src/shared/catalogue/address-book.ts'
import { avss, cores } from '../../../src/shared/catalogue/catalogue.ts'
import type { Address } from '../../../src/shared/base/fields.ts'

const entries = [...cores.map((core) => ({ ...core, kind: 'core' as const })), ...avss]

it.for(entries)('$name on $chainId is found by each of its addresses', ({ chainId, name, kind, contracts }) => {
  expect(chainName(chainId)).toBeDefined()
  for (const [contract, address] of Object.entries(contracts)) {
    expect(knownContracts(chainId, address)).toContainEqual({ chainId, project: name, contract, kind })
    expect(addressOf(chainId, name, contract)).toBe(address)
  }
})

describe('a chain', () => {
  it('has one core, with its AVSDirectory', () => {
    for (const chainId of new Set(entries.map((entry) => entry.chainId))) {
      const [core, ...more] = cores.filter((entry) => entry.chainId === chainId)
      expect(more).toEqual([])
      expect(coreOf(chainId)?.avsDirectory).toBe(core?.contracts['AVSDirectory'])
      expect(coreOf(chainId)?.domainVersion).toBe(core?.avsDirectoryDomainVersion)
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
