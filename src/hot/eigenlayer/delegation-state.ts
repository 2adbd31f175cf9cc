// What a DelegationManager says of itself and of an operator; its generation found by the functions that it has.
//
// Follows DelegationManager.sol of eigenlayer-contracts: M2 (v0.2.3 to v0.5.4) has operatorDetails(address) and knows no
// AllocationManager; the slashing generation (since v1.0.2) has allocationManager() and no operatorDetails. A contract that has
// both or neither is refused: the two register by other functions, and none is tried in the hope that it fits.
import { buildCommand } from '../../shared/base/commands.ts'
import { refusal, type Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { call, contractCode, optional, record, type Read, type Reader } from '../rpc/reader.ts'

/** OperatorDetails of the M2 generation. */
export interface M2OperatorDetails {
  readonly earningsReceiver: Address
  readonly delegationApprover: Address
  readonly stakerOptOutWindowBlocks: number
}

/** One block's answers. */
export interface DelegationState {
  /** Null with the M2 generation. */
  readonly allocationManager: Address | null
  /** Null with the slashing generation. */
  readonly details: M2OperatorDetails | null
  readonly isOperator: boolean
  /** Zero where it has delegated to nobody. */
  readonly delegatedTo: Address
  /** Zero where anybody may delegate. */
  readonly approver: Address
  readonly pausedBits: bigint
}

/**
 * Reads the state of an operator, in one batch.
 *
 * @throws AirlockError contract_kind_unknown where the generation cannot be told; and those of reading
 */
export async function readDelegation(
  reader: Reader,
  { operator, delegationManager: at }: { readonly operator: Address; readonly delegationManager: Address },
): Promise<DelegationState> {
  const view = <T>(signature: string, ...args: readonly unknown[]): Read<T> =>
    call<T>('DelegationManager', at, signature, ...args)
  const state = await reader.read(
    record({
      code: contractCode('DelegationManager', at),
      allocationManager: optional(view<Address>('allocationManager() view returns (address)')),
      details: optional(
        view<readonly [Address, Address, number]>(
          'operatorDetails(address) view returns (address, address, uint32)',
          operator,
        ),
      ),
      isOperator: view<boolean>('isOperator(address) view returns (bool)', operator),
      delegatedTo: view<Address>('delegatedTo(address) view returns (address)', operator),
      approver: view<Address>('delegationApprover(address) view returns (address)', operator),
      pausedBits: view<bigint>('paused() view returns (uint256)'),
    }),
  )
  const { allocationManager, isOperator, delegatedTo, approver, pausedBits } = state
  if ((state.details === null) === (allocationManager === null)) throw unknownGeneration(at, state.details !== null)
  const [earningsReceiver, delegationApprover, stakerOptOutWindowBlocks] = state.details ?? []
  return {
    ...{ allocationManager, isOperator, delegatedTo, approver, pausedBits },
    details:
      earningsReceiver === undefined || delegationApprover === undefined || stakerOptOutWindowBlocks === undefined
        ? null
        : { earningsReceiver, delegationApprover, stakerOptOutWindowBlocks },
  }
}

function unknownGeneration(at: Address, both: boolean): Error {
  const seen = `the DelegationManager at ${at} has ${both ? 'both' : 'neither'} of operatorDetails and allocationManager: its generation is not known here`
  const hint = 'check the address and the chain; registerAsOperator differs from one generation to the next'
  return refusal('reading the chain', 'contract_kind_unknown', seen, hint)
}

/** The delay before an operator's allocations count: in blocks, and whether it counts already. */
export const allocationDelayRead = (
  allocationManager: Address,
  operator: Address,
): Read<readonly [isSet: boolean, delay: number]> =>
  call('AllocationManager', allocationManager, 'getAllocationDelay(address) view returns (bool, uint32)', operator)

/** Whether EigenLayer has the operator. */
export const isOperatorRead = (delegation: Address, operator: Address): Read<boolean> =>
  call<boolean>('DelegationManager', delegation, 'isOperator(address) view returns (bool)', operator)

/** The problem of an operator that EigenLayer does not have. */
export function operatorProblems(isOperator: boolean, operator: Address): readonly Problem[] {
  if (isOperator) return []
  const message = `${operator} is not registered as an operator with EigenLayer`
  const hint = `register it with EigenLayer first: ${buildCommand('register-as-operator', { '--operator': operator })}`
  return [{ code: 'operator_not_in_eigenlayer', message, hint }]
}
