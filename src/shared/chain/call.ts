// A contract call as function signature and arguments, encoded from the meaning, never taken as bytes.
//
// Tuples are arrays in the order of the ABI, so that viem here and ethers on the offline side encode the same value.
import {
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  keccak256,
  numberToHex,
  parseAbiItem,
  parseAbiParameters,
  size,
  type AbiFunction,
  type Hex,
} from 'viem'
import type { Address, Bytes32 } from '../base/fields.ts'

export interface Call {
  readonly to: Address
  /** Canonical signature, such as "cancelSalt(bytes32)"; empty where no function is called. */
  readonly signature: string
  readonly args: readonly unknown[]
}

/** An argument of type bytes that holds ABI-encoded values itself: each encoder makes the bytes, neither is given them. */
export interface NestedArguments {
  /** Types as in a signature, such as "uint8,string". */
  readonly types: string
  readonly values: readonly unknown[]
}

const isNested = (argument: unknown): argument is NestedArguments =>
  typeof argument === 'object' && argument !== null && 'types' in argument && 'values' in argument

/**
 * Arguments with every nested one replaced by its bytes.
 *
 * @param encode makes the bytes of one, with the caller's own encoder
 */
export const flatArguments = (
  args: readonly unknown[],
  encode: (nested: NestedArguments) => string,
): readonly unknown[] =>
  args.map((argument) => {
    if (isNested(argument)) return encode(argument)
    return Array.isArray(argument) ? flatArguments(argument, encode) : argument
  })

/** The calldata of a call: selector and ABI-encoded arguments. */
export function encodeCall(call: Call): Hex {
  if (call.signature === '') return '0x'
  const item = parseAbiItem(`function ${call.signature}`) as AbiFunction
  return encodeFunctionData({ abi: [item], functionName: item.name, args: flatArguments(call.args, encodeNested) })
}

const encodeNested = ({ types, values }: NestedArguments): Hex => encodeAbiParameters(parseAbiParameters(types), values)

/** The Calldata Digest of ERC-8213: keccak256 of the length as a 32-byte word, then the calldata. */
export function calldataDigest(calldata: Hex): Bytes32 {
  return keccak256(concat([numberToHex(size(calldata), { size: 32 }), calldata])) as Bytes32
}
