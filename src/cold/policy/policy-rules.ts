// What a policy says of a request: every rule speaks once, and says allows, refuses or silent.
//
// Silent is what the policy leaves out (or what is not known yet): it refuses nothing, and keeps --yes from working where it
// is a field of the request or a bound on it. Office hours and approvals ask for something besides the request; leaving them
// out keeps nothing back. A network that the policy does not speak of is refused, as without a policy.
//
// Values only: the caller looks at the clock, the ledger, the approvals and the network, and calls again when it knows more
// (the BLS key, once it is open). The rules that need history or the time of day are in policy-windows.ts.
import { coldCommand } from '../../shared/base/commands.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { UnixSeconds } from '../../shared/base/fields.ts'
import type { ContractRole } from '../../shared/operation-parts/operation.ts'
import { concernsOf } from '../../shared/operations/operation-kinds.ts'
import { quote } from '../../shared/base/quote.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import { highestCost } from '../../shared/chain/transaction.ts'
import { duration, ether, grouped, gwei } from '../../shared/base/units.ts'
import { corePins, judgeCores, type Pins } from './policy-cores.ts'
import type { AvsPolicy, Policy } from './policy.ts'
import {
  allows,
  either,
  leftOut,
  policyRules,
  refuses,
  unknown,
  type PolicyFacts,
  type PolicyRule,
  type Says,
  type Verdict,
} from './policy-verdict.ts'
import { judgeBlsKey, judgeHours, judgeLimits } from './policy-windows.ts'
import { fitsPattern } from '../../shared/operation-parts/socket-pattern.ts'

/** What a policy says of the AVS of a request, where it has it. */
export const avsOf = ({ avss = [] }: Policy, { chainId, operation }: UnsignedRequest): AvsPolicy | undefined =>
  avss.find(({ chain, serviceManager }) => chain === chainId && serviceManager === concernsOf({ operation }).avs)

/**
 * Judges a request by a policy.
 *
 * @param policy as parsed
 * @param facts the request and what is known beside it
 * @returns one verdict for each rule, in the order of policyRules
 */
export function judgePolicy(policy: Policy, facts: PolicyFacts): readonly Verdict[] {
  const { request } = facts
  const avs = avsOf(policy, request)
  const said: Readonly<Record<PolicyRule, Says>> = {
    network: judgeNetwork(policy, facts),
    operation: judgeOperation(policy, request),
    operator: judgeOperator(policy, request),
    sender: judgeSender(policy, request),
    chain: judgeChain(policy, request),
    avs: judgeAvs(policy, request),
    contracts:
      judgeCores(policy, request) ?? ofAvs(policy, avs, 'contracts', judgeContracts(corePins(policy, request))),
    quorums: ofAvs(policy, avs, 'quorums', judgeQuorums),
    socket: ofAvs(policy, avs, 'sockets', judgeSocket),
    expiry: judgeExpiry(policy, facts),
    fee: judgeFee(policy, request),
    gas_price: judgeGasPrice(policy, request),
    gas_limit: judgeGasLimit(policy, request),
    rungs: judgeRungs(policy, request),
    bls_key: judgeBlsKey(policy, avs, facts),
    limits: judgeLimits(policy, facts),
    hours: judgeHours(policy, facts.clock),
    approvals: judgeApprovals(policy, facts),
  }
  const rules = Object.keys(policyRules) as PolicyRule[]
  return rules.map((rule) => ({ rule, code: policyRules[rule], ...said[rule] }))

  function ofAvs(
    { avss }: Policy,
    entry: AvsPolicy | undefined,
    what: string,
    judge: (entry: AvsPolicy, request: UnsignedRequest) => Says,
  ): Says {
    if (avss === undefined) return leftOut(what)
    if (concernsOf(request).avs === null) return allows('the operation concerns no AVS')
    return entry === undefined ? unknown('not judged: the policy has no such AVS') : judge(entry, request)
  }
}

function judgeNetwork({ network }: Policy, { connected }: PolicyFacts): Says {
  if (network === 'allow') return allows('the policy lets this machine be on a network')
  if (connected === null) return unknown('not looked at here: `sign` looks before it signs')
  return connected
    ? refuses('this machine is on a network; the policy wants none')
    : allows('this machine is on no network')
}

function judgeOperation({ operations }: Policy, { operation }: UnsignedRequest): Says {
  if (operations === undefined) return leftOut('operations')
  return either(
    operations.includes(operation.kind),
    `the operation is ${operation.kind}; allowed is ${operations.join(', ')}`,
  )
}

function judgeOperator({ operators }: Policy, { operation }: UnsignedRequest): Says {
  if (operators === undefined) return leftOut('operators')
  return either(
    operators.includes(operation.operator),
    `the operator is ${operation.operator}; allowed is ${operators.join(', ')}`,
  )
}

/** A policy that names its operators and no senders lets nobody else send for them. */
function judgeSender({ operators, senders }: Policy, { transaction }: UnsignedRequest): Says {
  const from = transaction?.from ?? null
  if (from === null) return allows('nobody sends in place of the operator')
  if (senders !== undefined) {
    return either(senders.includes(from), `${from} sends for the operator; allowed is ${senders.join(', ')}`)
  }
  if (operators === undefined) return leftOut('who may send for an operator')
  return refuses(`${from} sends for the operator; the policy names its operators, and no senders beside them`)
}

function judgeChain({ avss }: Policy, { chainId }: UnsignedRequest): Says {
  if (avss === undefined) return leftOut('chains')
  const chains = [...new Set(avss.map(({ chain }) => chain))]
  return either(chains.includes(chainId), `the chain is ${chainId}; allowed is ${chains.join(', ')}`)
}

function judgeAvs(policy: Policy, request: UnsignedRequest): Says {
  const { chainId } = request
  const concerned = concernsOf(request).avs
  if (policy.avss === undefined) return leftOut('AVSs')
  if (concerned === null) return allows('the operation concerns no AVS')
  const there = policy.avss.filter(({ chain }) => chain === chainId)
  if (there.length === 0) return unknown('not judged: the policy has no AVS on this chain')
  const avs = avsOf(policy, request)
  if (avs !== undefined) return allows(`the AVS is ${quote(avs.name)}, ${avs.serviceManager}`)
  const allowed = there.map(({ name, serviceManager }) => `${quote(name)} ${serviceManager}`).join(', ')
  return refuses(`the AVS is ${concerned}; allowed is ${allowed}`)
}

/** What an entry of `avss` can pin. EigenLayer's contracts are pinned by the catalogue, and by `cores`. */
export const pinnedRoles: readonly ContractRole[] = [
  'registryCoordinator',
  'registrar',
  'stakeRegistry',
  'avsDirectory',
]

const judgeContracts =
  (cores: Pins) =>
  (avs: AvsPolicy, request: UnsignedRequest): Says =>
    judgePins({ ...cores, ...avs }, request)

function judgePins(pins: Pins, { operation }: UnsignedRequest): Says {
  const pairs = concernsOf({ operation })
    .contracts.filter(([role]) => pinnedRoles.includes(role) || pins[role] !== undefined)
    .map(([role, address]) => [role, address, pins[role]] as const)
  const wrong = pairs.filter(([, seen, pinned]) => pinned !== undefined && seen !== pinned)
  if (wrong.length > 0)
    return refuses(wrong.map(([role, seen, pinned]) => `${role} is ${seen}; allowed is ${pinned ?? ''}`).join(' and '))
  const open = pairs.filter(([, , pinned]) => pinned === undefined)
  if (open.length > 0) return leftOut(`the ${open.map(([role]) => role).join(' and the ')} of this AVS`)
  if (pairs.length === 0) return allows("the operation calls EigenLayer's own contracts alone")
  return allows(`${pairs.map(([role]) => role).join(' and ')}: as pinned`)
}

function judgeQuorums(avs: AvsPolicy, request: UnsignedRequest): Says {
  const { quorums, operatorSets } = concernsOf(request)
  if (quorums !== null) return judgeNumbers('quorums', quorums, avs.quorums)
  if (operatorSets !== null) return judgeNumbers('operator sets', operatorSets, avs.operatorSets)
  return allows('the operation names no quorum')
}

function judgeNumbers(what: string, asked: readonly number[], allowed: readonly number[] | undefined): Says {
  if (allowed === undefined) return leftOut(`the ${what} of this AVS`)
  const seen = `${what} ${asked.join(', ')} are asked for; allowed is ${allowed.join(', ')}`
  return either(
    asked.every((number) => allowed.includes(number)),
    seen,
  )
}

function judgeSocket({ sockets }: AvsPolicy, request: UnsignedRequest): Says {
  const { socket } = concernsOf(request)
  if (socket === null) return allows('the operation gives no socket')
  if (sockets === undefined) return leftOut('the sockets of this AVS')
  const patterns = sockets.map((pattern) => quote(pattern, 512)).join(', ')
  const fits = sockets.some((pattern) => fitsPattern(pattern, socket))
  return either(fits, `the socket is ${quote(socket, 512)}; allowed is ${patterns}`)
}

/** A block this much ahead of the clock is believed: a laptop's clock falls behind. */
const CLOCK_TOLERANCE = 15 * 60

/** How long a signature made now stays valid: from the block, unless that is of a future that would shorten it. */
export function validity({ expiry, block }: UnsignedRequest, clock: UnixSeconds): number {
  return expiry - (block.timestamp - clock > CLOCK_TOLERANCE ? clock : block.timestamp)
}

function judgeExpiry({ expiry }: Policy, { request, clock }: PolicyFacts): Says {
  if (expiry === undefined) return leftOut('the expiry')
  const seen = validity(request, clock)
  // The two largest units may round both to the same words.
  const exact = seen > expiry.longest ? ` (${grouped(seen)} and ${grouped(expiry.longest)} seconds)` : ''
  const message = `the signature would be valid for ${duration(seen)}; longest is ${duration(expiry.longest)}${exact}`
  return either(seen <= expiry.longest, message)
}

function judgeFee({ fees }: Policy, { transaction }: UnsignedRequest): Says {
  if (fees?.highest === undefined) return leftOut('the highest fee')
  const cost = highestCost(transaction)
  return either(cost <= fees.highest, `the fee is at most ${ether(cost)}; highest is ${ether(fees.highest)}`)
}

function judgeGasPrice({ fees }: Policy, { transaction }: UnsignedRequest): Says {
  if (fees?.gasPrice === undefined) return leftOut('the price of gas')
  if (transaction === null) return allows('no transaction is signed')
  const price = transaction.fees.reduce((most, { maxFeePerGas }) => (maxFeePerGas > most ? maxFeePerGas : most), 0n)
  return either(price <= fees.gasPrice, `gas is paid at most ${gwei(price)}; highest is ${gwei(fees.gasPrice)}`)
}

function judgeGasLimit({ fees }: Policy, { transaction }: UnsignedRequest): Says {
  if (fees?.gasLimit === undefined) return leftOut('the gas limit')
  if (transaction === null) return allows('no transaction is signed')
  const { gasLimit } = transaction
  const message = `the gas limit is ${grouped(gasLimit)}; highest is ${grouped(fees.gasLimit)}`
  return either(gasLimit <= fees.gasLimit, message)
}

function judgeRungs({ fees }: Policy, { transaction }: UnsignedRequest): Says {
  if (fees?.rungs === undefined) return leftOut('fee rungs')
  const count = transaction?.fees.length ?? 0
  return either(count <= fees.rungs, `fee rungs: ${count}; most is ${fees.rungs}`)
}

function judgeApprovals({ approvals }: Policy, { approvals: given }: PolicyFacts): Says {
  if (approvals === undefined) return leftOut('approvals')
  if (given === null)
    return unknown(`not counted here: ${approvals.needed} of ${approvals.approvers.length} are needed`)
  const names = approvals.approvers.map(({ name }) => quote(name)).join(', ')
  return either(given >= approvals.needed, `valid approvals: ${given}; needed are ${approvals.needed}, of ${names}`)
}

const hints: Readonly<Partial<Record<PolicyRule, string>>> = {
  network: 'take this machine off every network, then type the same command',
  expiry: 'build the request again with a shorter `--expiry`; check this clock (UTC)',
  fee: 'build the request again with a lower `--gas-price` or fewer `--fee-rungs`',
  gas_price: 'build the request again with a lower `--gas-price` or fewer `--fee-rungs`',
  gas_limit: 'build the request again with a lower `--gas-limit`',
  rungs: 'build the request again with fewer `--fee-rungs`',
  bls_key: `use the BLS key of this AVS, or make one with ${coldCommand('keys new', { '--bls': true, '--avs': 'NAME' })}`,
  limits: 'wait until the window has passed, or have the policy changed by those who keep it',
  hours: 'come back in office hours; check that this machine shows the right time (UTC)',
  approvals: 'have the request approved by those whom the policy names, and bring their approvals',
}

const CHANGE = `build another request, or have the policy changed by those who keep it; ${coldCommand('policy explain')} shows it`

/** The refusals among verdicts, as problems. */
export const policyProblems = (verdicts: readonly Verdict[]): readonly Problem[] =>
  verdicts.flatMap(({ says, rule, code, message }) =>
    says === 'refuses' ? [{ code, message, hint: hints[rule] ?? CHANGE }] : [],
  )

/** Asked for where a policy has them; a policy without them is complete. */
const besides: readonly PolicyRule[] = ['hours', 'approvals']

/** The silent rules that keep --yes from working; none when the policy speaks of all that it must. */
export const coversAll = (verdicts: readonly Verdict[]): readonly Verdict[] =>
  verdicts.filter(
    (verdict) => verdict.says === 'silent' && !(verdict.why === 'left_out' && besides.includes(verdict.rule)),
  )
