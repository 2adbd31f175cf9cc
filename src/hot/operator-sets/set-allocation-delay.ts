// airlock-hot build set-allocation-delay, its preflight, and the state after.
//
// Follows setAllocationDelay of AllocationManager.sol: permission, operator. It is never paused. The contract takes the same
// delay again, and begins its waiting anew: that is a remark here.
import { decodeAbiParameters, toEventSelector } from 'viem'
import { blockAhead, blocksText } from '../../shared/operation-parts/blocks.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { SetAllocationDelayOperation } from '../../shared/operations/set-allocation-delay.ts'
import type { Address } from '../../shared/base/fields.ts'
import { grouped } from '../../shared/base/units.ts'
import { build, type BuildOptions } from '../build/build.ts'
import type { Site } from '../build/site.ts'
import { notDone, type HotOperation } from '../build/outcome.ts'
import { record, type Read } from '../rpc/reader.ts'
import type { MinedCall } from '../verify/receipt.ts'
import { isOperatorRead, operatorProblems } from '../eigenlayer/delegation-state.ts'
import { chosenManager, type ManagerOptions } from '../build/sets-argument.ts'
import * as sets from './sets-state.ts'

export interface SetAllocationDelayOptions extends ManagerOptions, BuildOptions {
  readonly delay: number
}

const SIGNATURE = 'setAllocationDelay(address,uint32)'

/** Builds a change of the allocation delay and writes it. */
export async function buildSetAllocationDelay(options: SetAllocationDelayOptions): Promise<void> {
  await build(options, async (site) => {
    const asked = {
      allocationManager: chosenManager(options, site.head.chainId),
      delay: options.delay,
      operator: options.operator,
    }
    const { configurationDelay, current, found } = await look(site, asked)
    return {
      operation: { kind: 'set-allocation-delay', ...asked, configurationDelay },
      problems: found,
      remarks: [
        `the operator's allocation delay is ${current === null ? 'not set' : blocksText(current)} now`,
        `were it mined in the block of the request, the new one would count from ${blockAhead(site.head.block, configurationDelay + 1)}`,
        ...(current === options.delay ? ['that is the delay already: sending this changes nothing'] : []),
      ],
    }
  })
}

/** The allocation delay of an operator, whether set at all. */
export const delayRead = (at: Address, operator: Address): Read<readonly [isSet: boolean, delay: number]> =>
  sets.managerCall<readonly [isSet: boolean, delay: number]>(
    at,
    'getAllocationDelay(address) view returns (bool isSet, uint32 delay)',
    operator,
  )

interface Look {
  readonly configurationDelay: number
  /** In blocks; null where none was ever set. */
  readonly current: number | null
  readonly found: readonly Problem[]
}

async function look(
  site: Site,
  { allocationManager: at, operator }: Pick<SetAllocationDelayOperation, 'allocationManager' | 'operator'>,
): Promise<Look> {
  const noSets = { allocationManager: at, avs: operator, operator, operatorSets: [] }
  const [{ manager, delay }, permission] = await Promise.all([
    site.reader.read(record({ manager: sets.managerReads(noSets), delay: delayRead(at, operator) })),
    sets.senderProblems(site, noSets, SIGNATURE),
  ])
  const isOperator = await site.reader.read(isOperatorRead(manager.delegation, operator))
  const [isSet, blocks] = delay
  return {
    configurationDelay: manager.configurationDelay,
    current: isSet ? blocks : null,
    found: [...permission, ...operatorProblems(isOperator, operator)],
  }
}

const DELAY_SET = toEventSelector('AllocationDelaySet(address,uint32,uint32)')

/** What the contract announced: nothing else tells a delay that is yet to count. */
function announced(
  { allocationManager }: SetAllocationDelayOperation,
  { logs }: MinedCall,
): { readonly operator: string; readonly delay: number; readonly effectBlock: number } | null {
  const at = allocationManager.toLowerCase()
  const log = logs.find(({ address, topics }) => address.toLowerCase() === at && topics[0] === DELAY_SET)
  if (log === undefined) return null
  try {
    const types = [{ type: 'address' }, { type: 'uint32' }, { type: 'uint32' }] as const
    const [operator, delay, effectBlock] = decodeAbiParameters(types, log.data)
    return { operator, delay, effectBlock }
  } catch {
    return null
  }
}

/** The online side of a change of the allocation delay. */
export const setAllocationDelayOnChain: HotOperation<SetAllocationDelayOperation> = {
  problems: async (site, fields) => (await look(site, fields)).found,
  outcome: async (reader, fields, mined) => {
    const { delay, operator } = fields
    const [isSet, current] = await reader.read(delayRead(fields.allocationManager, operator))
    const said = announced(fields, mined)
    const from = said === null ? 'not announced' : `block ${grouped(said.effectBlock)}`
    return {
      facts: [
        { name: 'operator', value: operator },
        { name: 'delay now', value: isSet ? blocksText(current) : 'not set' },
        { name: 'delay to come', value: said === null ? 'not announced' : blocksText(said.delay) },
        { name: 'counts from', value: from },
      ],
      json: {
        delay: isSet ? current : null,
        pendingDelay: said?.delay ?? null,
        effectBlock: said?.effectBlock ?? null,
      },
      refused:
        said === null || said.delay !== delay || said.operator !== operator
          ? notDone(`the AllocationManager announced no delay of ${blocksText(delay)} for ${operator}`)
          : null,
    }
  },
}
