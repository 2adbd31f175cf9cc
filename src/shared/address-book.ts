// Contracts known by name, pinned in the build: address-book.json, each entry with its source.
//
// An address alone identifies nothing: the same address is another contract on another chain (a DelegationManager on
// Sepolia is an EigenDA ServiceManager on Holesky). Every lookup takes the chain id.
import entries from './address-book.json' with { type: 'json' }
import type { Address } from './fields.ts'
import type { AvsDirectoryVersion } from './typed-data.ts'

/** How an AVS registers its operators: "m2" is the operation of operations/register.ts. */
export type Registration = 'core' | 'm2' | 'other'

/** One contract of the book. */
export interface KnownContract {
  readonly chainId: number
  readonly project: string
  readonly contract: string
  readonly registration: Registration
}

interface Entry {
  readonly chainId: number
  readonly project: string
  readonly registration: string
  readonly contracts: Readonly<Record<string, string | undefined>>
  readonly avsDirectoryDomainVersion?: string
}

const book: readonly Entry[] = entries

const chains: Readonly<Record<number, string>> = {
  1: 'Ethereum mainnet',
  17000: 'Holesky (retired test network)',
  11155111: 'Sepolia (test network)',
  560048: 'Hoodi (test network)',
  31337: 'local development chain',
}

/** The name of a chain, where it is known. */
export const chainName = (chainId: number): string | undefined => chains[chainId]

/** True for a test network that has been shut down. */
export const isRetiredChain = (chainId: number): boolean => chainId === 17000

function matches(entry: Entry, address: Address): KnownContract[] {
  return Object.entries(entry.contracts)
    .filter(([, known]) => known === address)
    .map(([contract]) => {
      const registration = entry.registration as Registration
      return { chainId: entry.chainId, project: entry.project, contract, registration }
    })
}

/** Every contract that the book has at this address on this chain (some are two contracts in one). */
export function knownContracts(chainId: number, address: Address): readonly KnownContract[] {
  return book.filter((entry) => entry.chainId === chainId).flatMap((entry) => matches(entry, address))
}

/** Contracts at this address on other chains. */
export function knownElsewhere(chainId: number, address: Address): readonly KnownContract[] {
  return book.filter((entry) => entry.chainId !== chainId).flatMap((entry) => matches(entry, address))
}

/** The address of a contract of a project on a chain, where the book has it. */
export function addressOf(chainId: number, project: string, contract: string): Address | undefined {
  const entry = book.find((candidate) => candidate.chainId === chainId && candidate.project === project)
  return entry?.contracts[contract] as Address | undefined
}

/** EigenLayer's core on a chain: its AVSDirectory and the flavour of the domain that it had last. */
export function coreOf(chainId: number): { avsDirectory: Address; domainVersion: AvsDirectoryVersion } | undefined {
  const entry = book.find((candidate) => candidate.chainId === chainId && candidate.registration === 'core')
  const avsDirectory = entry?.contracts['AVSDirectory'] as Address | undefined
  if (avsDirectory === undefined) return undefined
  return { avsDirectory, domainVersion: (entry?.avsDirectoryDomainVersion ?? null) as AvsDirectoryVersion }
}
