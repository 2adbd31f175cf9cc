// A contract call as function signature and arguments, encoded from the meaning, never taken as bytes.
//
// Tuples are arrays in the order of the ABI, so that viem here and ethers on the offline side encode the same value.
import { encodeFunctionData, parseAbiItem, type AbiFunction, type Hex } from 'viem'
import type { Address } from './fields.ts'

export interface Call {
  readonly to: Address
  /** Canonical signature, such as "cancelSalt(bytes32)". */
  readonly signature: string
  readonly args: readonly unknown[]
}

/** The calldata of a call: selector and ABI-encoded arguments. */
export function encodeCall(call: Call): Hex {
  const item = parseAbiItem(`function ${call.signature}`) as AbiFunction
  return encodeFunctionData({ abi: [item], functionName: item.name, args: call.args })
}
