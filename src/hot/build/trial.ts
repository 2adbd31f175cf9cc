// A call tried before anything is signed: as the chain is, or after other requests that will be sent before it.
//
// What fails now fails when it is mined, and costs a trip to the vault. After others (`--after`), every node that has
// eth_simulateV1 makes their calls one after another, each in a block of its own, and then this one. A call whose signatures
// are still to be made cannot be made by anybody, and nothing that follows it can be tried.
import type { Problem } from '../../shared/base/errors.ts'
import { refusal, refuseAll } from '../../shared/base/errors.ts'
import { readDocument } from '../../local/document-file.ts'
import { completeCall, callSignatures, messagesAsked, nothingMade } from '../../shared/request/derive.ts'
import { messagesOf } from '../../shared/operations/operation-kinds.ts'
import { decodeRequest, senderOf, type UnsignedRequest } from '../../shared/request/request.ts'
import { revertProblem, simulateCall, type Reported } from '../verify/simulate.ts'
import type { ChainHead } from '../rpc/head.ts'
import { disagreement, told, type Nodes } from '../rpc/nodes.ts'
import { blockReference } from '../rpc/reader.ts'
import { simulateInTurn, type Simulated, type TriedCall } from '../rpc/try-call.ts'
import { zxingReader } from '../scan/zxing.ts'

/** A request that is sent before. */
export interface Predecessor {
  readonly path: string
  readonly request: UnsignedRequest
}

/** What the trial of a call came to. */
export interface Trial {
  readonly problem: Problem | null
  /** True where the call was made and the contract took it, after others or as the chain is. */
  readonly passed: boolean
  /** What it used, where it was made after others. */
  readonly gasUsed: number | null
  readonly remarks: readonly string[]
}

const DOING = 'trying the call'

/**
 * Reads the requests of --after.
 *
 * @throws AirlockError those of reading requests
 */
export async function readPredecessors(paths: readonly string[]): Promise<readonly Predecessor[]> {
  const doing = 'reading a request of --after'
  return Promise.all(
    paths.map(async (path) => ({
      path,
      request: decodeRequest(doing, await readDocument(doing, path, zxingReader)).request,
    })),
  )
}

/** The call of a request whose calldata waits for no signature; null otherwise. */
export function readyCall(request: UnsignedRequest): TriedCall | null {
  if (messagesAsked(messagesOf(request)).length > 0) return null
  const { call, calldata } = completeCall(request, callSignatures(request, nothingMade))
  return { from: senderOf(request) ?? request.operation.operator, to: call.to, data: calldata }
}

/**
 * Tries a call.
 *
 * @param call null where its signatures are still to be made
 * @throws AirlockError chain_mismatch for a predecessor of another chain, rpc_disagree, and those of the connection
 */
export async function tryBefore(
  nodes: Nodes,
  head: ChainHead,
  { call, ...about }: { readonly call: TriedCall | null } & Omit<Reported, 'code'>,
  after: readonly Predecessor[],
): Promise<Trial> {
  refuseAll(
    DOING,
    after.flatMap((one) => otherChain(one, head)),
  )
  if (call === null) {
    const remark = 'the call was not tried: its signatures are still to be made'
    return { problem: null, passed: false, gasUsed: null, remarks: after.length === 0 ? [] : [remark] }
  }
  if (after.length > 0) return tryAfter(nodes, head, call, after, about)
  const revert = await simulateCall(nodes, call, [{ block: blockReference(head.block.hash) }], {
    code: 'simulation_reverted',
    ...about,
  })
  const before = 'if another request of yours is sent before this one, name it with `--after REQUEST`'
  const problem = revert && { ...revert, hint: `${revert.hint ?? ''}; ${before}` }
  return { problem, passed: revert === null, gasUsed: null, remarks: [] }
}

function otherChain({ path, request }: Predecessor, { chainId }: ChainHead): readonly Problem[] {
  if (request.chainId === chainId) return []
  const message = `${path} is for chain ${request.chainId}, the nodes serve chain ${chainId}`
  return [{ code: 'chain_mismatch', message, hint: 'name requests of the same chain with --after' }]
}

async function tryAfter(
  nodes: Nodes,
  { block }: ChainHead,
  call: TriedCall,
  after: readonly Predecessor[],
  about: Omit<Reported, 'code'>,
): Promise<Trial> {
  const untried = (why: string): Trial => ({
    ...{ problem: null, passed: false, gasUsed: null },
    remarks: [`the call was not tried after ${names(after)}: ${why}`],
  })
  const calls = after.map(({ request }) => readyCall(request))
  const waiting = after.filter((_, index) => calls[index] === null)
  if (waiting.length > 0) return untried(`the signatures of ${names(waiting)} are still to be made`)
  const ready = [...calls.flatMap((one) => (one === null ? [] : [one])), call]
  const said = await simulateInTurn(nodes, ready, block.hash)
  const able = said.flatMap(({ host, value }) => (value === null ? [] : [{ host, value }]))
  const [first, ...others] = able
  if (first === undefined) return untried(`${nodes.hosts} cannot simulate calls one after another (eth_simulateV1)`)
  refuseAll(DOING, disagreement('the calls one after another', told([first, ...others], spelled)))
  const failed = first.value.findIndex(({ succeeded }) => !succeeded)
  const made = first.value.at(failed)
  if (made === undefined) throw refusal(DOING, 'rpc_bad_answer', `${first.host} simulated nothing`)
  const lacking = said.filter(({ value }) => value === null).map(({ host }) => host)
  const remarks =
    lacking.length === 0 ? [] : [`${lacking.join(', ')} cannot simulate calls one after another: not asked`]
  if (failed < 0) return { problem: null, passed: true, gasUsed: made.gasUsed, remarks }
  const which = failed < after.length ? `${after[failed]?.path ?? ''}, which is to be sent before, fails: ` : ''
  const kind = after[failed]?.request.operation.kind ?? about.kind
  const problem = revertProblem(made.data, { ...about, code: 'simulation_reverted', kind })
  return { problem: { ...problem, message: which + problem.message }, passed: false, gasUsed: null, remarks }
}

const names = (requests: readonly Predecessor[]): string => requests.map(({ path }) => path).join(', ')

const spelled = (calls: readonly Simulated[]): string =>
  calls.map(({ succeeded, data }) => (succeeded ? 'success' : `a revert ${data}`)).join(', ')
