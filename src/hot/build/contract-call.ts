// The call of an operator that is a contract: tried on the chain, shown, and put out for whoever makes it.
import { clockNow } from '../../local/clock.ts'
import { writeWhole } from '../../local/files.ts'
import { hang, print, printJson } from '../../local/terminal.ts'
import type { ContractCode } from '../../shared/chain/code-print.ts'
import type { Problem } from '../../shared/base/errors.ts'
import { contractName } from '../../shared/catalogue/review-names.ts'
import type { ChainHead } from '../rpc/head.ts'
import type { Nodes } from '../rpc/nodes.ts'
import { blockReference } from '../rpc/reader.ts'
import { safeFile, type ContractCall } from './safe-file.ts'
import { simulateCall, type Reported } from '../verify/simulate.ts'

export interface CallOptions {
  readonly output: string
  readonly force?: boolean
  readonly json?: boolean
}

/** What the reader of a build's JSON is told besides. */
export interface CallFacts {
  readonly contracts?: readonly ContractCode[]
  readonly remarks?: readonly string[]
  readonly httpRequests: number
}

/** Why the call would revert, made by the operator at the head of the chain. */
export async function callProblem(
  nodes: Nodes,
  { block }: ChainHead,
  { complete, operator }: ContractCall,
  about: Omit<Reported, 'code'>,
): Promise<readonly Problem[]> {
  const call = { from: operator, to: complete.call.to, data: complete.calldata }
  const places = [{ block: blockReference(block.hash) }]
  const problem = await simulateCall(nodes, call, places, { code: 'simulation_reverted', ...about })
  return problem === null ? [] : [problem]
}

/** Writes the call as a file for the Safe app, and shows it. */
export function writeCall(made: ContractCall, options: CallOptions, facts: CallFacts): void {
  const { chainId, complete, operator, summary } = made
  const { call, calldata } = complete
  writeWhole('writing the call', options.output, safeFile(made, clockNow() * 1000), options.force === true)
  if (options.json === true) {
    const plain = { chainId, from: operator, to: call.to, value: '0', data: calldata }
    printJson({ output: options.output, summary, call: plain, function: call.signature, ...facts })
    return
  }
  print('The operator is a contract: it makes this call itself. The contract accepts it now.')
  print(hang('  call      ', summary))
  print(`  from      ${operator}`)
  print(`  to        ${call.to}`)
  print(`            ${contractName(chainId, call.to)}`)
  print('  value     0 ETH')
  print(`  calldata  ${calldata}`)
  for (const remark of facts.remarks ?? []) print(hang('Remark: ', remark))
  print(`Safe transaction ${options.output}`)
  print("Next: load it in the Transaction Builder of the Safe's app, or make the call with the calldata above")
}
