// The gas limit of a request, and where it comes from: asked of the nodes, or by what the real contracts were measured to need.
//
// A node can estimate a call whose calldata needs no signature that is still to be made. It is asked at "pending", else in a
// block after the pinned one: in the block of the last change the registries overwrite what they append to later, and an
// estimate is too low. Of several nodes the highest counts. A registration with signatures to come is measured, not
// estimated: by what was read of its quorums. No limit is below the least that such a call ever needed.
import { AirlockError, refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import { grouped } from '../../shared/base/units.ts'
import { MAX_GAS_LIMIT } from '../../shared/chain/transaction.ts'
import { gasLimit, gasText, type Gas, type GasNeed } from '../../shared/operation-parts/gas.ts'
import { explainRevert } from '../verify/reverts.ts'
import { outOfGas } from '../verify/simulate.ts'
import type { ChainHead } from '../rpc/head.ts'
import type { Nodes, SaidByAll } from '../rpc/nodes.ts'
import { blockReference } from '../rpc/reader.ts'
import { estimates, type Estimate, type TriedCall } from '../rpc/try-call.ts'

/** What a planner knows of the gas from what it read; the need where it follows from that alone. */
export type PlannedGas = Partial<GasNeed>

/** What the limit is chosen by. */
export interface GasQuestion {
  readonly nodes: Nodes
  readonly head: ChainHead
  /** The call where nothing is missing in it; null where signatures are still to be made. */
  readonly call: TriedCall | null
  /** Whether it carries points of BN254. */
  readonly points: boolean
  /** What it used when it was simulated after others; null where it was not. */
  readonly simulated: number | null
  readonly planned: PlannedGas
  /** What such calls were measured to need. */
  readonly measured: Gas
  /** As typed. */
  readonly wished: number | undefined
}

/** The limit, and how it came about. */
export interface ChosenGas {
  readonly limit: number
  /** What the call needs, as far as is known. */
  readonly need: number
  readonly from: 'estimate' | 'simulation' | 'measured'
  readonly remarks: readonly string[]
}

const DOING = 'choosing the gas limit'

/**
 * Chooses the limit.
 *
 * @throws AirlockError out_of_gas for a --gas-limit below an estimate, gas_above_cap, estimate_reverted, and those of the connection
 */
export async function chooseGas(question: GasQuestion): Promise<ChosenGas> {
  const { planned, measured, wished } = question
  const found = await needOf(question)
  refuseAboveCap(found)
  const need = Math.max(found.need, measured.least)
  const limit = wished ?? gasLimit({ ...planned, need })
  if (wished !== undefined && found.from === 'estimate' && wished < found.need) {
    throw new AirlockError(DOING, [outOfGas(wished, found.need, question.points)])
  }
  const by = found.need < measured.least ? 'the least that the real contracts needed' : found.by
  const chosen = { limit, need, from: found.from }
  return { ...chosen, remarks: [limitText(chosen, by, wished !== undefined), ...found.remarks] }
}

/** The limit for a request that is refused anyway, without asking a node. */
export const roughGas = ({ planned, measured, wished }: Pick<GasQuestion, 'planned' | 'measured' | 'wished'>): number =>
  wished ?? gasLimit({ need: measured.most, ...planned })

/** A need, and who says so. */
interface Found {
  readonly need: number
  readonly from: ChosenGas['from']
  readonly by: string
  readonly remarks: readonly string[]
}

/** Refunds are a fifth of what was used at most; the limit has to cover the peak before them. */
const BEFORE_REFUNDS = 1.25

async function needOf(question: GasQuestion): Promise<Found> {
  const { nodes, head, call, simulated, planned, measured } = question
  const byModel = planned.need ?? measured.most
  const model = (why: string, remarks: readonly string[]): Found => ({
    ...{ need: byModel, from: 'measured', remarks },
    by: `${why}, ${planned.need === undefined ? 'at most' : 'with what was read,'} by what the real contracts needed`,
  })
  if (simulated !== null) {
    const by = 'by a simulation after the requests before it, refunds added'
    return { need: Math.ceil(simulated * BEFORE_REFUNDS), from: 'simulation', by, remarks: [] }
  }
  if (call === null) return model('no node can estimate it before its signatures are made', [])
  const { hash, number } = head.block
  const places = [{ block: 'pending' }, { block: blockReference(hash), number: number + 1 }] as const
  const said = await estimates(nodes, call, places)
  refuseReverts(said, question)
  const answers = said.flatMap(({ host, value }) => ('gas' in value ? [{ host, gas: value.gas }] : []))
  const silent = said.flatMap(({ host, value }) =>
    'refused' in value ? [`${host} gives no estimate of the gas: ${value.refused}`] : [],
  )
  const [highest] = answers.toSorted((a, b) => b.gas - a.gas)
  if (highest === undefined) return model('no node gives an estimate', silent)
  const remarks = [...silent, ...differences(answers), ...oddities(highest, measured)]
  return { need: highest.gas, from: 'estimate', by: `as ${highest.host} estimates it`, remarks }
}

/** The trial passed, and yet a node says that the call reverts in the next block. */
function refuseReverts(said: SaidByAll<Estimate>, { points }: Pick<GasQuestion, 'points'>): void {
  const problems = said.flatMap(({ host, value }): Problem[] => {
    if (!('revert' in value)) return []
    const { name, says } = explainRevert(value.revert.data ?? '0x', points)
    const seen = `${host} says that the call reverts when its gas is estimated, though it passed when it was tried: ${name}: ${says}`
    const hint = 'run the same command again in a minute; if it stays so, ask another --rpc-url'
    return [{ code: 'estimate_reverted', message: seen, hint }]
  })
  refuseAll(DOING, problems)
}

function refuseAboveCap({ need, by }: Found): void {
  if (need <= MAX_GAS_LIMIT) return
  const seen = `the call needs ${grouped(need)} gas ${by}; a transaction may have ${grouped(MAX_GAS_LIMIT)} at most (EIP-7825)`
  const hint =
    'ask another --rpc-url; if it says the same, do it in parts: fewer quorums, sets or strategies in a request'
  throw refusal(DOING, 'gas_above_cap', seen, hint)
}

/** Two honest estimates of one call differ by less than this. */
const LARGE_DIFFERENCE = 1.25

function differences(answers: readonly { readonly host: string; readonly gas: number }[]): readonly string[] {
  const gas = answers.map((answer) => answer.gas)
  if (Math.max(...gas) <= Math.min(...gas) * LARGE_DIFFERENCE) return []
  const sides = answers.map((answer) => `${answer.host} ${grouped(answer.gas)}`)
  return [`the nodes estimate the gas differently: ${sides.join(', ')}; the highest is taken`]
}

function oddities({ host, gas }: { readonly host: string; readonly gas: number }, measured: Gas): readonly string[] {
  const seen = `${host} estimates ${grouped(gas)} gas; such a call needed ${gasText(measured)} on the real contracts`
  if (gas < measured.least) return [`${seen}: the limit follows the least of these`]
  if (gas > measured.most * 2) return [`${seen}: compare with another --rpc-url before you sign`]
  return []
}

function limitText({ limit, need }: Omit<ChosenGas, 'remarks'>, by: string, isWished: boolean): string {
  const share = Math.round((limit / need - 1) * 100)
  const beside = share >= 0 ? `${share} % above` : `${-share} % below`
  const origin = isWished ? ', as --gas-limit says' : ''
  return `the gas limit is ${grouped(limit)}${origin}: ${beside} a need of ${grouped(need)}, ${by}`
}
