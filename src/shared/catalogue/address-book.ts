// Who is at an address: the catalogue, looked up by chain and address, and the names of chains.
//
// An address alone identifies nothing: the same address is another contract on another chain (a DelegationManager on
// Sepolia is an EigenDA ServiceManager on Holesky). Every lookup takes the chain id.
import { avss, cores } from './catalogue.ts'
import type { AvsKind, Implementation } from './catalogue-schema.ts'
import type { Address } from '../base/fields.ts'
import type { AvsDirectoryVersion } from '../chain/typed-data.ts'

/** One contract of the catalogue. */
export interface KnownContract {
  readonly chainId: number
  readonly project: string
  readonly contract: string
  /** How the AVS takes its operators; "core" for EigenLayer itself. */
  readonly kind: AvsKind | 'core'
}

interface Entry {
  readonly chainId: number
  readonly name: string
  readonly kind: AvsKind | 'core'
  readonly contracts: Readonly<Record<string, Address | undefined>>
  readonly implementations: Readonly<Record<string, Implementation | undefined>>
}

const book: readonly Entry[] = [...cores.map((core) => ({ ...core, kind: 'core' as const })), ...avss]

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

function matches({ chainId, name, kind, contracts }: Entry, address: Address): KnownContract[] {
  return Object.entries(contracts)
    .filter(([, known]) => known === address)
    .map(([contract]) => ({ chainId, project: name, contract, kind }))
}

/** Every contract that the catalogue has at this address on this chain (some are two contracts in one). */
export function knownContracts(chainId: number, address: Address): readonly KnownContract[] {
  return book.filter((entry) => entry.chainId === chainId).flatMap((entry) => matches(entry, address))
}

/** Contracts at this address on other chains. */
export function knownElsewhere(chainId: number, address: Address): readonly KnownContract[] {
  return book.filter((entry) => entry.chainId !== chainId).flatMap((entry) => matches(entry, address))
}

/** The address of a contract of a project on a chain, where the catalogue has it. */
export function addressOf(chainId: number, project: string, contract: string): Address | undefined {
  return book.find((entry) => entry.chainId === chainId && entry.name === project)?.contracts[contract]
}

/** A contract of the catalogue, and the implementation that a source says it had last. */
export interface KnownImplementation extends KnownContract {
  readonly implementation: Implementation
}

/** The implementation that the catalogue has for a contract; undefined where no source says. */
export function knownImplementation(chainId: number, address: Address): KnownImplementation | undefined {
  return book
    .filter((entry) => entry.chainId === chainId)
    .flatMap((entry) =>
      matches(entry, address).flatMap((known) => {
        const implementation = entry.implementations[known.contract]
        return implementation === undefined ? [] : [{ ...known, implementation }]
      }),
    )
    .at(0)
}

/** EigenLayer's core on a chain: its AVSDirectory and the flavour of the domain that it had last. */
export function coreOf(chainId: number): { avsDirectory: Address; domainVersion: AvsDirectoryVersion } | undefined {
  const core = cores.find((candidate) => candidate.chainId === chainId)
  const avsDirectory = core?.contracts['AVSDirectory']
  if (core === undefined || avsDirectory === undefined) return undefined
  return { avsDirectory, domainVersion: core.avsDirectoryDomainVersion }
}
