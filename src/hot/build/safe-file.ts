// A call as a file for the Transaction Builder of Safe: the wallet of an operator that is a contract makes the call.
//
// Follows version 1.0 of the file that the Transaction Builder (safe-wallet-monorepo, apps/tx-builder) writes and reads, with its
// checksum: the keccak-256 of the file's values in the order of their names, without the checksum and without the file's name.
import { keccak256, stringToBytes, type Hex } from 'viem'
import type { Address } from '../../shared/base/fields.ts'
import type { CompleteCall } from '../../shared/request/derive.ts'

/** The call of an operator that is a contract. */
export interface ContractCall {
  readonly chainId: number
  readonly operator: Address
  /** In a few words. */
  readonly summary: string
  readonly complete: Pick<CompleteCall, 'call' | 'calldata'>
}

/**
 * The file's bytes.
 *
 * @param createdAt in milliseconds since 1970, which the Transaction Builder shows
 */
export function safeFile({ chainId, complete, operator, summary }: ContractCall, createdAt: number): Uint8Array {
  const { call, calldata } = complete
  const meta = {
    name: 'Airlock',
    description: summary,
    txBuilderVersion: '1.18.2',
    createdFromSafeAddress: operator,
    createdFromOwnerAddress: '',
  }
  const transaction = { to: call.to, value: '0', data: calldata, contractMethod: null, contractInputsValues: null }
  const file = { version: '1.0', chainId: String(chainId), createdAt, meta, transactions: [transaction] }
  const withChecksum = { ...file, meta: { ...meta, checksum: checksumOf(file) } }
  return stringToBytes(`${JSON.stringify(withChecksum, null, 2)}\n`)
}

/** The checksum of a file that has none yet, 32 bytes as 0x and lower-case hex. */
export const checksumOf = (file: { readonly meta: object }): Hex =>
  keccak256(stringToBytes(spelled({ ...file, meta: { ...file.meta, name: null } })))

/** JSON as the checksum has it: an object begins with the list of its names, and each value is followed by a comma. */
function spelled(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spelled).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${JSON.stringify(entries.map(([name]) => name))}${entries.map(([, each]) => `${spelled(each)},`).join('')}}`
}
