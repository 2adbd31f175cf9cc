// Names for the addresses of a review, from the catalogue; "not in the catalogue" where it has none.
import { knownContracts } from './address-book.ts'
import type { Address } from '../base/fields.ts'
import type { ReviewLine } from '../base/finding.ts'

/** The name of a contract on a chain, for the line under its address. */
export function contractName(chainId: number, address: Address): string {
  const names = knownContracts(chainId, address).map((known) => `${known.project} ${known.contract}`)
  return names.length > 0 ? names.join(' and ') : 'not in the catalogue'
}

/** A contract with its name below it. */
export const contractLines = (label: string, chainId: number, address: Address): ReviewLine[] => [
  [label, address],
  ['', contractName(chainId, address)],
]

/** The two contracts of an AVS of the M2 generation. */
export const coordinatorLines = (
  { registryCoordinator, serviceManager }: { registryCoordinator: Address; serviceManager: Address },
  { chainId }: { readonly chainId: number },
): ReviewLine[] => [
  ...contractLines('Coordinator', chainId, registryCoordinator),
  ...contractLines('AVS', chainId, serviceManager),
]

/** An AVS within a sentence. */
export const avsText = (chainId: number, avs: Address): string => `AVS ${avs} (${contractName(chainId, avs)})`
