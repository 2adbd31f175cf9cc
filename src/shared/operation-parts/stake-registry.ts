// The two contracts of an AVS with an ECDSAStakeRegistry, as Hyperlane and ETHGas have one: which belong together, and what a
// review says of them and of the signing key.
//
// Follows ECDSAStakeRegistry.sol and ECDSAServiceManagerBase.sol in eigenlayer-middleware at b42aa0b. The registry is called; the
// ServiceManager is the AVS in the operator's signature. No build of the registry names its ServiceManager, and not every
// ServiceManager names its registry: the catalogue pins both, or a person gives both.
import { addressOf, knownContracts } from '../catalogue/address-book.ts'
import type { Address } from '../base/fields.ts'
import { buildAgain, refuse, warning, when, type Finding, type ReviewLine } from '../base/finding.ts'
import type { ContractRole, OperationContext } from './operation.ts'
import { contractLines, contractName } from '../catalogue/review-names.ts'
import { judgeSigningKey } from './signing-key.ts'

/** The two contracts of the AVS. */
export interface StakeRegistryFields {
  readonly stakeRegistry: Address
  readonly serviceManager: Address
}

/** The contracts that such an operation names. */
export const stakeRegistryContracts = ({
  stakeRegistry,
  serviceManager,
}: StakeRegistryFields): readonly (readonly [ContractRole, Address])[] => [
  ['stakeRegistry', stakeRegistry],
  ['serviceManager', serviceManager],
]

/** The lines of a review. */
export const stakeRegistryLines = (
  { stakeRegistry, serviceManager }: StakeRegistryFields,
  { chainId }: OperationContext,
): ReviewLine[] => [
  ...contractLines('StakeRegistry', chainId, stakeRegistry),
  ...contractLines('AVS', chainId, serviceManager),
]

/** The lines of a signing key. */
export const signingKeyLines = (signingKey: Address): ReviewLine[] => [
  ['Signing key', signingKey],
  ['', 'which signs for the operator from then on'],
]

/** What the catalogue says of a registry and its ServiceManager. */
export function judgeStakeRegistry(chainId: number, fields: StakeRegistryFields): Finding[] {
  const { stakeRegistry, serviceManager } = fields
  const known = knownContracts(chainId, stakeRegistry)
  const project = known.find(({ contract }) => contract === 'ECDSAStakeRegistry')?.project
  if (project !== undefined) {
    const pinned = addressOf(chainId, project, 'ServiceManager')
    return when(pinned !== undefined && pinned !== serviceManager, () => {
      const seen = `serviceManager is ${serviceManager}, but ${project} has ${pinned ?? ''}: the signature would let another AVS register this operator`
      return refuse('contracts_mismatch', seen, buildAgain())
    })
  }
  if (known.length > 0) {
    const seen = `stakeRegistry ${stakeRegistry} is known as ${contractName(chainId, stakeRegistry)}`
    return [refuse('contracts_mismatch', seen, buildAgain())]
  }
  const manager = knownContracts(chainId, serviceManager)
  if (manager.length > 0) {
    const seen = `serviceManager is ${contractName(chainId, serviceManager)}, but stakeRegistry ${stakeRegistry} is not known as its registry`
    return [refuse('contracts_mismatch', seen, buildAgain())]
  }
  const seen =
    'stakeRegistry and serviceManager are not in the catalogue: compare the addresses, digit by digit, with what the AVS publishes'
  return [warning('avs_unknown', seen)]
}

/** What there is to say of the key that is named: the contract asks it for no signature. */
export const judgeNamedKey = (fields: { readonly operator: Address; readonly signingKey: Address }): Finding[] => [
  ...judgeSigningKey('signingKey', fields.signingKey, fields),
  ...when(fields.signingKey !== fields.operator, () =>
    warning(
      'signing_key_unproven',
      `nothing proves that the signing key is yours: compare ${fields.signingKey}, digit by digit, with the key of your node; whoever holds it signs for the operator`,
    ),
  ),
]
