// The account that sends a transaction: its nonce, what it has, and whether it is a key at all.
import type { Problem } from '../../shared/base/errors.ts'
import type { Address, Wei } from '../../shared/base/fields.ts'
import { ether } from '../../shared/base/units.ts'
import { code, quantity, record, type Read } from '../rpc/reader.ts'

/** What the chain knows of a sender. */
export interface Account {
  readonly code: string
  readonly balance: bigint
  readonly nonce: bigint
  readonly pendingNonce: bigint
}

/** The reads of an account, all of one batch. */
export const accountReads = (of: Address): Read<Account> =>
  record({
    code: code(of),
    balance: quantity('eth_getBalance', of),
    nonce: quantity('eth_getTransactionCount', of),
    pendingNonce: quantity('eth_getTransactionCount', of, 'pending'),
  })

/** EIP-7702: an account that delegates its code keeps its key. */
const DELEGATED_CODE = '0xef0100'

/** True for an account that signs no transaction. */
export const isContract = ({ code: at }: Pick<Account, 'code'>): boolean =>
  at !== '0x' && !at.startsWith(DELEGATED_CODE)

/**
 * Why an account cannot send a transaction.
 *
 * @param highestCost the most that it may cost, in wei
 */
export function accountProblems(account: Account, sender: Address, highestCost: Wei): readonly Problem[] {
  const problems: Problem[] = []
  if (isContract(account)) {
    const message = `the sender ${sender} is a contract: it signs no transaction`
    const hint = 'give --from somebody with a key, or leave it out: where the operator is a contract, it makes the call'
    problems.push({ code: 'operator_is_contract', message, hint })
  }
  if (account.balance < highestCost) {
    const message = `the transaction may cost ${ether(highestCost)}; ${sender} has ${ether(account.balance)}`
    const hint = `send at least ${ether(highestCost - account.balance)} to ${sender}, or lower --gas-price`
    problems.push({ code: 'balance_below_gas', message, hint })
  }
  return problems
}

/** What should be known of the sender's pending transactions. */
export const accountRemarks = ({ nonce, pendingNonce }: Account): readonly string[] =>
  pendingNonce > nonce
    ? [`the sender has ${pendingNonce - nonce} pending transactions: this one takes the nonce of the first of them`]
    : []
