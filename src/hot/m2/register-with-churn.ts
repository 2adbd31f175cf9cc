// airlock-hot build register-with-churn, its preflight, and the state after.
//
// A registration (build-register.ts) with the churn approver's approval on top: the approval is held against the chain, and for
// each full quorum it is said who leaves, and by what margin. An AVS that churns by itself takes no approval, and is refused here.
import { buildCommand } from '../../shared/base/commands.ts'
import { refusal, type Problem } from '../../shared/base/errors.ts'
import { word } from '../../shared/chain/bn254.ts'
import type { ChurnApproval } from '../../shared/operation-parts/churn-approval.ts'
import { churnDigest } from '../../shared/operation-parts/churn-approval.ts'
import type { Bytes32 } from '../../shared/base/fields.ts'
import type { RegisterWithChurnOperation } from '../../shared/operations/register-with-churn.ts'
import { withoutChurn } from '../../shared/operations/register-with-churn.ts'
import type { ReadBackFact } from '../../shared/ledger/receipt-document.ts'
import { planRegister, type RegisterOptions } from './build-register.ts'
import { build } from '../build/build.ts'
import { readChurnApproval } from './churn-file.ts'
import {
  approvalProblems,
  approvedRemovals,
  churnRemarks,
  kickProblems,
  readChurnState,
  type ChurnState,
} from './churn-state.ts'
import { churnsByItself, lookCloser } from './closer-look.ts'
import { readMembership } from './membership.ts'
import type { HotOperation, SentRequest } from '../build/outcome.ts'
import type { Site } from '../build/site.ts'
import { preflight } from './preflight.ts'
import { gasWithChurn } from '../../shared/operation-parts/registration-gas.ts'
import { registerOnChain } from './read-back.ts'
import type { Reader } from '../rpc/reader.ts'
import { readRegistrationState, type RegistrationState, type RegistrationWish } from './registration-state.ts'

export interface RegisterWithChurnOptions extends RegisterOptions {
  readonly churnApproval: string
}

const DOING = 'building the request'

/** Builds a registration with churn and writes it. */
export async function buildRegisterWithChurn(options: RegisterWithChurnOptions): Promise<void> {
  const given = readChurnApproval(options.churnApproval)
  const plan = await planRegister(options)
  await build(options, async (site) => {
    const { planned, state, wish } = await plan(site)
    checkKind(state)
    const operatorId = keyOf(state, wish)
    const target = { ...wish, chainId: site.head.chainId, operatorId }
    const churn = await readChurnState(site.reader, state, target, given, wish.quorums)
    checkDigest(churn, churnDigest(target, given))
    const approval = { ...given, approver: churn.approver, approverIsContract: churn.approverIsContract }
    const problems = allProblems(planned.problems, churn, { target, approval, quorums: wish.quorums }, site.head)
    return {
      operation: { ...planned.operation, kind: 'register-with-churn', churn: approval, operatorId },
      problems,
      remarks: [...planned.remarks, ...churnRemarks(churn)],
      gas: { need: gasWithChurn(planned.gas.need, wish.quorums.length) },
      claims: approvedRemovals(churn),
    }
  })
}

/** An approval is given to an operator with one BLS key: which one must be known. */
function keyOf({ registries }: RegistrationState, { operatorId }: RegistrationWish): Bytes32 {
  const known = registries.boundKey === word(0n) ? operatorId : registries.boundKey
  if (known !== null) return known
  const seen = 'the churn approval is for one BLS key, and nothing says which'
  throw refusal(DOING, 'usage', seen, 'give --operator-id, or --bls-proof')
}

/** Where the digest is always zero, kicks and approval are ignored: EigenDA since 2025-09. */
function checkKind(state: RegistrationState): void {
  if (state.coordinator.churnDigest !== null && !churnsByItself(state)) return
  const seen = 'this AVS takes no churn approval: a full quorum makes room by itself, or not at all'
  throw refusal(DOING, 'churn_unsupported', seen, `build with ${buildCommand('register')}`)
}

function checkDigest({ digest }: ChurnState, ours: Bytes32): void {
  if (digest === ours) return
  const seen = `the RegistryCoordinator computes the churn digest ${digest}, this program ${ours}`
  const hint = 'give an --rpc-url that you trust; if two nodes agree, the contract is of a kind not known here'
  throw refusal('comparing with the contracts', 'digest_mismatch', seen, hint)
}

interface Asked {
  readonly target: Parameters<typeof approvalProblems>[1]
  readonly approval: ChurnApproval
  readonly quorums: readonly number[]
}

/** The contract looks at the pause and the BLS key first, then at the approval, then at the registration, then at stakes. */
const FIRST: ReadonlySet<string> = new Set(['paused', 'bls_key_taken'])

function allProblems(
  registering: readonly Problem[],
  churn: ChurnState,
  { target, approval, quorums }: Asked,
  { block }: { readonly block: { readonly timestamp: number } },
): readonly Problem[] {
  return [
    ...registering.filter(({ code }) => FIRST.has(code)),
    ...approvalProblems(churn, target, approval, quorums, block.timestamp),
    ...registering.filter(({ code }) => !FIRST.has(code) && code !== 'quorum_full'),
    ...kickProblems(churn, target.operator),
  ]
}

/** The online side of a registration with churn. */
export const registerWithChurnOnChain: HotOperation<RegisterWithChurnOperation> = {
  problems: async (site, fields, sent) => {
    const { state, wish, target, churn } = await lookAgain(site, fields, sent)
    const registering = preflight(state, wish, await lookCloser(site.reader, state, wish))
    return allProblems(registering, churn, { target, approval: fields.churn, quorums: fields.quorums }, site.head)
  },
  // Whom the approval names is signed, and who must leave is in the simulation; but a quorum may be full no more, or have become so.
  foreseen: async (site, fields, sent) => {
    const { churn } = await lookAgain(site, fields, sent)
    return { problems: [], removals: approvedRemovals(churn) }
  },
  outcome: async (reader, fields, mined, sent) => {
    const done = await registerOnChain.outcome(reader, withoutChurn(fields), mined, sent)
    return { ...done, facts: [...done.facts, ...(await leavers(reader, fields))] }
  },
}

/** What build read of the registration and of the churn, read afresh. */
async function lookAgain({ reader, head }: Site, fields: RegisterWithChurnOperation, { request }: SentRequest) {
  const salt = fields.operatorSignature?.salt ?? word(0n)
  const wish = { ...fields, salt, expiry: request.expiry }
  const state = await readRegistrationState(reader, head, wish)
  const target = { ...fields, chainId: head.chainId }
  return { state, wish, target, churn: await readChurnState(reader, state, target, fields.churn, fields.quorums) }
}

/** What became of those whom the approval names. */
async function leavers(reader: Reader, fields: RegisterWithChurnOperation): Promise<readonly ReadBackFact[]> {
  const named = fields.churn.kicks.filter(({ operator }) => !/^0x0{40}$/.test(operator))
  return Promise.all(
    named.map(async ({ operator, quorum }) => {
      const { bitmap } = await readMembership(reader, { ...fields, operator })
      const left = ((bitmap >> BigInt(quorum)) & 1n) === 0n
      return { name: `quorum ${quorum}`, value: `${operator} ${left ? 'is not in it' : 'is still in it'}` }
    }),
  )
}
