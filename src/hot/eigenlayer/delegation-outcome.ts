// What became of an operation at the DelegationManager: the operator, its details and its metadata as the contracts have them.
import { decodeAbiParameters, toEventSelector } from 'viem'
import type { Address } from '../../shared/base/fields.ts'
import type { ModifyOperatorDetailsOperation } from '../../shared/operations/modify-operator-details.ts'
import { blocksText, NOBODY } from '../../shared/operation-parts/operator-details.ts'
import type { RegisterAsOperatorOperation } from '../../shared/operations/register-as-operator.ts'
import type { UpdateMetadataUriOperation } from '../../shared/operations/update-metadata-uri.ts'
import { quote } from '../../shared/base/quote.ts'
import { grouped } from '../../shared/base/units.ts'
import { metadataProblems, modificationProblems, registrationProblems } from './delegation.ts'
import { allocationDelayRead, readDelegation, type DelegationState } from './delegation-state.ts'
import { notDone, type HotOperation, type Outcome } from '../build/outcome.ts'
import type { Reader } from '../rpc/reader.ts'
import type { MinedCall } from '../verify/receipt.ts'

/** The online side of becoming an operator. */
export const registerAsOperatorOnChain: HotOperation<RegisterAsOperatorOperation> = {
  problems: async ({ reader }, fields) => registrationProblems(await readDelegation(reader, fields), fields),
  outcome: async (reader, fields, mined) => {
    const state = await readDelegation(reader, fields)
    const delay = await readDelay(reader, state, fields.operator)
    const announced = announcedUri(fields, mined)
    return {
      facts: [
        { name: 'operator', value: fields.operator },
        { name: 'of EigenLayer', value: state.isOperator ? 'yes' : 'no' },
        ...detailFacts(state),
        ...(delay === null ? [] : [{ name: 'allocations wait', value: delay.text }]),
        { name: 'metadata', value: announced === null ? 'not announced' : quote(announced) },
      ],
      json: { ...json(state), allocationDelay: delay?.blocks ?? null, metadataUri: announced },
      refused: firstOf([
        state.isOperator ? null : `${fields.operator} is no operator`,
        ...detailDifferences(state, fields),
        delayDifference(delay, fields),
        announced === fields.metadataUri ? null : 'another metadata URI was announced than the one signed',
      ]),
    }
  },
}

/** The online side of a change of details. */
export const modifyDetailsOnChain: HotOperation<ModifyOperatorDetailsOperation> = {
  problems: async (site, fields) => modificationProblems(site, await readDelegation(site.reader, fields), fields),
  outcome: async (reader, fields) => {
    const state = await readDelegation(reader, fields)
    return {
      facts: [{ name: 'operator', value: fields.operator }, ...detailFacts(state)],
      json: json(state),
      refused: firstOf(detailDifferences(state, fields)),
    }
  },
}

/** The online side of an announcement. */
export const metadataUriOnChain: HotOperation<UpdateMetadataUriOperation> = {
  problems: async (site, fields) => metadataProblems(site, await readDelegation(site.reader, fields), fields),
  outcome: (_, fields, mined) => {
    const announced = announcedUri(fields, mined)
    const differs = announced === fields.metadataUri ? null : 'it did not announce the metadata URI that was signed'
    return Promise.resolve({
      facts: [
        { name: 'operator', value: fields.operator },
        { name: 'metadata', value: announced === null ? 'not announced' : quote(announced) },
      ],
      json: { metadataUri: announced },
      refused: firstOf([differs]),
    })
  },
}

const firstOf = (seen: readonly (string | null)[]): Outcome['refused'] => {
  const found = seen.filter((each) => each !== null)
  return found.length === 0 ? null : notDone(found.join('; '))
}

const approverText = (approver: Address): string => (approver === NOBODY ? 'none: anybody may delegate' : approver)

function detailFacts({ approver, details }: DelegationState): Outcome['facts'] {
  const facts = [{ name: 'approver', value: approverText(approver) }]
  if (details === null) return facts
  return [
    ...facts,
    { name: 'opt-out window', value: `${grouped(details.stakerOptOutWindowBlocks)} blocks` },
    { name: 'earnings to', value: details.earningsReceiver },
  ]
}

const json = ({ approver, details, isOperator }: DelegationState): object => ({
  isOperator,
  delegationApprover: approver === NOBODY ? null : approver,
  ...(details === null
    ? {}
    : {
        stakerOptOutWindowBlocks: details.stakerOptOutWindowBlocks,
        earningsReceiver: details.earningsReceiver,
      }),
})

function detailDifferences(
  { approver, details: found }: DelegationState,
  { details }: Pick<RegisterAsOperatorOperation, 'details'> | Pick<ModifyOperatorDetailsOperation, 'details'>,
): (string | null)[] {
  const signed = details.delegationApprover ?? NOBODY
  return [
    approver === signed ? null : `the approver is ${approverText(approver)}`,
    ...(details.generation !== 'm2' || found === null
      ? []
      : [
          found.stakerOptOutWindowBlocks === details.stakerOptOutWindowBlocks
            ? null
            : `the opt-out window is ${grouped(found.stakerOptOutWindowBlocks)} blocks`,
          found.earningsReceiver === details.earningsReceiver ? null : `earnings go to ${found.earningsReceiver}`,
        ]),
  ]
}

interface Delay {
  readonly blocks: number | null
  readonly text: string
}

/** Before v1.9.0 the delay of a new operator counts after a delay of its own. */
async function readDelay(
  reader: Reader,
  { allocationManager }: DelegationState,
  operator: Address,
): Promise<Delay | null> {
  if (allocationManager === null || allocationManager === NOBODY) return null
  const [isSet, delay] = await reader.read(allocationDelayRead(allocationManager, operator))
  return isSet
    ? { blocks: delay, text: blocksText(delay) }
    : { blocks: null, text: 'not yet: the delay itself counts later on these contracts' }
}

const delayDifference = (delay: Delay | null, { details }: RegisterAsOperatorOperation): string | null =>
  delay === null || delay.blocks === null || details.generation === 'm2' || delay.blocks === details.allocationDelay
    ? null
    : `allocations wait ${blocksText(delay.blocks)}`

const METADATA_UPDATED = toEventSelector('OperatorMetadataURIUpdated(address,string)')

/** The URI in the transaction's event for this operator; null where there is none. */
function announcedUri(
  { delegationManager, operator }: { readonly delegationManager: Address; readonly operator: Address },
  { logs }: MinedCall,
): string | null {
  const topic = `0x${operator.slice(2).toLowerCase().padStart(64, '0')}`
  const event = logs.find(
    ({ address, topics }) =>
      address.toLowerCase() === delegationManager.toLowerCase() &&
      topics[0] === METADATA_UPDATED &&
      topics[1]?.toLowerCase() === topic,
  )
  if (event === undefined) return null
  try {
    return decodeAbiParameters([{ type: 'string' }], event.data)[0]
  } catch {
    return null
  }
}
