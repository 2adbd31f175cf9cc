// A contract call as function signature and arguments, encoded from the meaning, never taken as bytes.
//
// Tuples are arrays in the order of the ABI, so that viem here and ethers on the offline side encode the same value.
import {
  concat,
  encodeFunctionData,
  keccak256,
  numberToHex,
  parseAbiItem,
  size,
  type AbiFunction,
  type Hex,
} from 'viem'
import type { Address, Bytes32 } from './fields.ts'

export interface Call {
  readonly to: Address
  /** Canonical signature, such as "cancelSalt(bytes32)"; empty where no function is called. */
  readonly signature: string
  readonly args: readonly unknown[]
}

/** The calldata of a call: selector and ABI-encoded arguments. */
export function encodeCall(call: Call): Hex {
  if (call.signature === '') return '0x'
  const item = parseAbiItem(`function ${call.signature}`) as AbiFunction
  return encodeFunctionData({ abi: [item], functionName: item.name, args: call.args })
}

/** The Calldata Digest of ERC-8213: keccak256 of the length as a 32-byte word, then the calldata. */
export function calldataDigest(calldata: Hex): Bytes32 {
  return keccak256(concat([numberToHex(size(calldata), { size: 32 }), calldata])) as Bytes32
}
