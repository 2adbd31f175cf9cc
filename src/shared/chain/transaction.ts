// The EIP-1559 transaction that carries an operation, once for each fee rung at one nonce.
//
// Type 2, no value, no access list. The fee rungs are one meaning at several prices: the online side broadcasts the
// lowest and bumps to the next without another visit to the vault. viem serialises here; ethers does so again offline.
import { keccak256, parseSignature, recoverTransactionAddress, serializeTransaction, type Hex } from 'viem'
import * as z from 'zod'
import {
  address,
  integer,
  issue,
  wei,
  type Address,
  type Bytes32,
  type EcdsaSignature,
  type Wei,
} from '../base/fields.ts'

/** EIP-7825: no transaction above this is valid on mainnet. */
export const MAX_GAS_LIMIT = 16_777_216
/** What a transaction costs before it does anything. */
export const MIN_GAS_LIMIT = 21_000
/** More rungs than this are no ladder. */
const MAX_RUNGS = 16

/** What a rung offers, in wei for each unit of gas. */
const feeRung = z
  .strictObject({ maxFeePerGas: wei, maxPriorityFeePerGas: wei })
  .readonly()
  .superRefine((rung, context) => {
    if (rung.maxPriorityFeePerGas > rung.maxFeePerGas) {
      const message = 'the priority fee is above the fee cap: no node takes such a transaction'
      context.addIssue({ code: 'custom', ...issue('fee_priority_above_max', message) })
    }
  })
export type FeeRung = z.output<typeof feeRung>

/** True when a node takes the price `next` in place of `price`: higher, and by at least 10 %. */
const raises = (price: bigint, next: bigint): boolean => next > price && next * 10n >= price * 11n

/** True when a node takes `next` as a replacement of `rung`. */
const replaces = (rung: FeeRung, next: FeeRung): boolean =>
  raises(rung.maxFeePerGas, next.maxFeePerGas) && raises(rung.maxPriorityFeePerGas, next.maxPriorityFeePerGas)

/** Sender, nonce, gas limit and fee rungs of a request, lowest rung first. */
export const transactionFields = z
  .strictObject({
    fees: z
      .array(feeRung)
      .min(1, 'expected at least one fee rung')
      .max(MAX_RUNGS, `expected at most ${MAX_RUNGS} fee rungs`)
      .readonly()
      .superRefine((rungs, context) => {
        if (rungs.some((rung, index) => index > 0 && !replaces(rungs[index - 1] ?? rung, rung))) {
          const message = 'expected each rung at least 10 % above the one before it in both prices'
          context.addIssue({ code: 'custom', ...issue('fee_rungs_unordered', message) })
        }
      }),
    /** Who sends it; null where the operator does. Another one needs the operator's permission on chain. */
    from: address.nullable(),
    gasLimit: integer(0).superRefine((gas, context) => {
      if (gas < MIN_GAS_LIMIT || gas > MAX_GAS_LIMIT) {
        const message = `expected ${MIN_GAS_LIMIT} to ${MAX_GAS_LIMIT} (EIP-7825)`
        context.addIssue({ code: 'custom', ...issue('gas_limit_out_of_range', message) })
      }
    }),
    nonce: integer(0),
  })
  .readonly()
export type TransactionFields = z.output<typeof transactionFields>

/** A transaction without its signature. */
export interface UnsignedTransaction {
  readonly type: 'eip1559'
  readonly chainId: number
  readonly nonce: number
  readonly gas: bigint
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
  readonly to: Address
  readonly value: bigint
  readonly data: Hex
}

/** A transaction ready to broadcast. */
export interface SignedTransaction {
  readonly raw: Hex
  readonly hash: Bytes32
  readonly fees: FeeRung
}

/** The transactions of a request, one for each rung, lowest first. */
export function unsignedTransactions(
  chainId: number,
  fields: TransactionFields,
  to: Address,
  data: Hex,
): readonly UnsignedTransaction[] {
  return fields.fees.map((rung) => ({
    type: 'eip1559',
    chainId,
    nonce: fields.nonce,
    gas: BigInt(fields.gasLimit),
    ...rung,
    to,
    value: 0n,
    data,
  }))
}

/** keccak256 of the unsigned transaction: what the operator key signs. */
export function signingHash(transaction: UnsignedTransaction): Bytes32 {
  return keccak256(serializeTransaction(transaction)) as Bytes32
}

/** Puts a signature on a transaction. */
export function assembleTransaction(transaction: UnsignedTransaction, signature: EcdsaSignature): SignedTransaction {
  const { r, s, yParity } = parseSignature(signature)
  const raw = serializeTransaction(transaction, { r, s, yParity })
  const { maxFeePerGas, maxPriorityFeePerGas } = transaction
  const fees = { maxFeePerGas: maxFeePerGas as Wei, maxPriorityFeePerGas: maxPriorityFeePerGas as Wei }
  return { raw, hash: keccak256(raw) as Bytes32, fees }
}

/** The address whose key signed a transaction. */
export async function transactionSender(raw: Hex): Promise<Address> {
  const serializedTransaction = raw as `0x02${string}`
  return (await recoverTransactionAddress({ serializedTransaction })) as Address
}

/** The most that any rung can cost, in wei; nothing where no transaction is signed. */
export function highestCost(fields: TransactionFields | null): Wei {
  if (fields === null) return 0n as Wei
  const highest = fields.fees.reduce((most, rung) => (rung.maxFeePerGas > most ? rung.maxFeePerGas : most), 0n)
  return (highest * BigInt(fields.gasLimit)) as Wei
}
