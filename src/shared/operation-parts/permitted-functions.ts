// The functions of EigenLayer's contracts that an appointee can be let call for an operator, and what each lets it do.
//
// Follows the uses of checkCanCall and _canCall in eigenlayer-contracts at f84a515, where the account is an operator; those
// of AVSs are not listed. PermissionController's own functions ask for an admin: there, an appointment has no effect.
import { toFunctionSelector, type Hex } from 'viem'
import type { Branded } from '../base/fields.ts'

/** Four bytes, lower-case hex. */
export type Selector = Branded<Hex, 'Selector'>

/** One function, and the power that it gives. */
export interface PermittedFunction {
  /** As the catalogue names it. */
  readonly contract: string
  readonly name: string
  readonly signature: string
  readonly selector: Selector
  /** What whoever may call it can do, after "can". */
  readonly power: string
  /** True where it can put stake, money or rights at risk. */
  readonly grave: boolean
}

const grave = true
const SET = '(address,uint32)'

const entries: readonly (readonly [contract: string, signature: string, power: string, grave?: true])[] = [
  [
    'AllocationManager',
    `modifyAllocations(address,(${SET},address[],uint64[])[])`,
    "allocate all of the operator's stake to operator sets of any AVS, which can slash it",
    grave,
  ],
  [
    'AllocationManager',
    'registerForOperatorSets(address,(address,uint32[],bytes))',
    'join operator sets of any AVS, even of its own, which can slash what is allocated to them',
    grave,
  ],
  [
    'AllocationManager',
    'deregisterFromOperatorSets((address,address,uint32[]))',
    'take the operator out of any operator set, and so end its work and rewards there',
    grave,
  ],
  [
    'AllocationManager',
    'setAllocationDelay(address,uint32)',
    'change how long allocations wait before they can be slashed: down to no time, or so long that none counts',
    grave,
  ],
  [
    'DelegationManager',
    'modifyOperatorDetails(address,address)',
    'name the delegation approver, who decides who may delegate and can throw stakers out',
    grave,
  ],
  [
    'DelegationManager',
    'undelegate(address)',
    'throw out any staker of the operator, and so take the stake away',
    grave,
  ],
  [
    'DelegationManager',
    'updateOperatorMetadataURI(address,string)',
    'change what is published of the operator: its name, website and picture',
  ],
  [
    'KeyRegistrar',
    `registerKey(address,${SET},bytes,bytes)`,
    "register keys for the operator with any AVS; whoever has such a key can sign the operator's work",
    grave,
  ],
  ['KeyRegistrar', `deregisterKey(address,${SET})`, "take away the operator's keys in operator sets that it has left"],
  [
    'RewardsCoordinator',
    'setClaimerFor(address,address)',
    "name who may claim the operator's rewards and receive them",
    grave,
  ],
  [
    'RewardsCoordinator',
    'setOperatorAVSSplit(address,address,uint16)',
    "change the operator's share of the rewards of an AVS, down to nothing",
    grave,
  ],
  [
    'RewardsCoordinator',
    'setOperatorPISplit(address,uint16)',
    "change the operator's share of programmatic incentives, down to nothing",
    grave,
  ],
  [
    'RewardsCoordinator',
    `setOperatorSetSplit(address,${SET},uint16)`,
    "change the operator's share of the rewards of an operator set, down to nothing",
    grave,
  ],
]

/** Every function that is known here. */
export const permittedFunctions: readonly PermittedFunction[] = entries.map(
  ([contract, signature, power, isGrave = false]) => ({
    contract,
    name: signature.slice(0, signature.indexOf('(')),
    signature,
    selector: toFunctionSelector(signature) as Selector,
    power,
    grave: isGrave,
  }),
)

/** The function of a selector, where it is known. */
export const permittedFunction = (selector: Hex): PermittedFunction | undefined =>
  permittedFunctions.find((known) => known.selector === selector)
