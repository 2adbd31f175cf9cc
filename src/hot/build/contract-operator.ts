// An operator that is a contract: whose key signs for it, and whether the contract will take that signature.
//
// Follows ERC-1271 (isValidSignature), which the AVSDirectory asks of an operator with code, and CompatibilityFallbackHandler.sol
// of Safe 1.3.0 and later, which wants an owner's signature of a SafeMessage. One owner's key signs: of a Safe that wants several,
// the request is refused. Of any other contract nobody knows before the signature is there.
import type { Code } from '../../shared/base/error-codes.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address, Bytes32, EcdsaSignature } from '../../shared/base/fields.ts'
import type { AnyOperation } from '../../shared/operations/operation-kinds.ts'
import { messagesOf } from '../../shared/operations/operation-kinds.ts'
import { ecdsaMessage } from '../../shared/request/derive.ts'
import { hashed } from '../../shared/operation-parts/operation.ts'
import { safeMessage } from '../../shared/chain/typed-data.ts'
import type { Site } from './site.ts'
import { call, optional, record, type Reader } from '../rpc/reader.ts'

/** An operation as an operator that is a contract asks for it. */
export interface ContractOperation {
  readonly operation: AnyOperation
  readonly problems: readonly Problem[]
}

/** What a Safe says of itself; each null where the contract is none. */
interface SafeState {
  readonly version: string | null
  readonly threshold: bigint | null
  readonly isOwner: boolean | null
  readonly messageHash: Bytes32 | null
}

/**
 * Names the key that signs for an operator that is a contract.
 *
 * @param owner as typed; not needed where no message of the operator is asked for
 * @returns the operation with its signer, and why the contract would not take that key's signature
 */
export async function signedByOwner(
  { head, reader, expiry }: Pick<Site, 'head' | 'reader' | 'expiry'>,
  operation: AnyOperation,
  owner: Address | undefined,
): Promise<ContractOperation> {
  const { operator } = operation
  const asked = 'operatorSignature' in operation ? operation.operatorSignature : null
  if (!('operatorSignature' in operation) || asked === null) {
    return { operation, problems: owner === undefined ? [] : [unneeded()] }
  }
  if (owner === undefined) return { operation, problems: [unnamed(operator)] }
  const { chainId } = head
  const message = ecdsaMessage(messagesOf({ operation, chainId, expiry }), 'operatorSignature')
  if (message === null) throw new RangeError('the operation has no message of its operator')
  const state = await readSafe(reader, operator, owner, message.hashes.digest)
  const isSafe = state.threshold !== null && state.version !== null
  const signer = { address: owner, signs: isSafe ? ('safe-message' as const) : ('digest' as const) }
  const ours = hashed(safeMessage(chainId, operator, message.hashes.digest)).hashes.digest
  return {
    operation: { ...operation, operatorSignature: { ...asked, signer } },
    problems: isSafe ? safeProblems(operator, owner, state, ours) : [],
  }
}

const readSafe = (reader: Reader, safe: Address, owner: Address, digest: Bytes32): Promise<SafeState> =>
  reader.read(
    record({
      version: optional(call<string>('Safe', safe, 'VERSION() view returns (string)')),
      threshold: optional(call<bigint>('Safe', safe, 'getThreshold() view returns (uint256)')),
      isOwner: optional(call<boolean>('Safe', safe, 'isOwner(address) view returns (bool)', owner)),
      messageHash: optional(call<Bytes32>('Safe', safe, 'getMessageHash(bytes) view returns (bytes32)', digest)),
    }),
  )

function safeProblems(
  safe: Address,
  owner: Address,
  { version, threshold, isOwner, messageHash }: SafeState,
  ours: Bytes32,
): readonly Problem[] {
  const problem = (code: Code, message: string, hint: string): Problem => ({ code, message, hint })
  const problems: Problem[] = []
  if (isOwner !== true) {
    const hint = 'give --owner an owner of the Safe, as its own app lists them'
    problems.push(problem('owner_unknown', `${owner} is no owner of the Safe ${safe}`, hint))
  }
  if (threshold !== null && threshold > 1n) {
    const message = `the Safe ${safe} answers for a signature of ${threshold} owners together; one signs here`
    const hint =
      'let an owner act alone while the operator registers (threshold 1), or register an operator that is a key'
    problems.push(problem('safe_threshold', message, hint))
  }
  if (messageHash !== ours) {
    const says =
      messageHash === null ? 'does not say what its owners are to sign' : `has its owners sign ${messageHash}`
    const message = `the Safe ${safe} (version ${version ?? 'unknown'}) ${says}, expected ${ours}`
    const hint = 'give the Safe the fallback handler of its version (1.3.0 or later): it answers ERC-1271'
    problems.push(problem('safe_unfit', message, hint))
  }
  return problems
}

const unnamed = (operator: Address): Problem => ({
  code: 'operator_is_contract',
  message: `the operator ${operator} is a contract: it signs nothing itself`,
  hint: 'give --owner ADDRESS: whose key signs for it (ERC-1271); of a Safe, one of its owners',
})

/** An --owner where nobody signs for the operator. */
export const unneeded = (): Problem => ({
  code: 'usage',
  message: '--owner is given, and nothing is signed for an operator that is a contract here',
  hint: 'leave --owner out',
})

/** What was chosen of a transaction, which a contract does not sign. */
export interface TransactionWish {
  readonly nonce?: number
  readonly gasLimit?: number
  readonly gasPrice?: bigint
  readonly priorityGasPrice?: bigint
  readonly feeRungs: number
}

/** What an operator that is a contract cannot do: nothing that is asked for would happen. */
export function beyondContract({ kind, operator }: AnyOperation, wish: TransactionWish): readonly Problem[] {
  if (kind === 'self-transfer') {
    const message = `the operator ${operator} is a contract: a call that it makes uses up no nonce of its account, and replaces no transaction that waits in a Safe`
    const hint =
      "of a Safe, reject the waiting transaction in its own app: what replaces it has the Safe's nonce, which its owners sign"
    return [{ code: 'contract_operator_cannot', message, hint }]
  }
  const { nonce, gasLimit, gasPrice, priorityGasPrice, feeRungs } = wish
  const flags = { nonce, 'gas-limit': gasLimit, 'gas-price': gasPrice, 'priority-gas-price': priorityGasPrice }
  const given = Object.entries({ ...flags, 'fee-rungs': feeRungs === 1 ? undefined : feeRungs })
    .filter(([, value]) => value !== undefined)
    .map(([flag]) => `--${flag}`)
  if (given.length === 0) return []
  const message = `the operator ${operator} is a contract, whose transaction somebody else signs: ${given.join(', ')} would change nothing`
  const hint = 'leave that out, and choose it where the call is made'
  return [{ code: 'contract_operator_cannot', message, hint }]
}

/** bytes4(keccak256("isValidSignature(bytes32,bytes)")): what a contract answers that takes a signature. */
const TAKEN = '0x1626ba7e'

/**
 * Asks a contract whether it takes a signature in its name.
 *
 * @param digest what the caller of the contract hashes: never the Safe's own message
 * @returns null where it does
 */
export async function refusedByContract(
  reader: Reader,
  operator: Address,
  digest: Bytes32,
  signature: EcdsaSignature,
): Promise<Problem | null> {
  const signed = 'isValidSignature(bytes32,bytes) view returns (bytes4)'
  const answer = await reader.read(optional(call<string>('operator', operator, signed, digest, signature)))
  if (answer === TAKEN) return null
  const message = `the contract ${operator} does not take the signature (isValidSignature ${answer === null ? 'reverts' : `answers ${answer}`})`
  const hint = 'build again with --owner the key that the contract takes signatures of, and sign with it'
  return { code: 'contract_refuses_signature', message, hint }
}
