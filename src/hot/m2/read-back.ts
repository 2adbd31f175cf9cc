// The state after: a mined transaction can still leave the operator out, so the contracts are asked.
//
// EigenDA since 2025-09 removes the operator with the lowest stake from a full quorum inside the registration itself: a
// weak newcomer's transaction succeeds, emits OperatorRegistered, and leaves it unregistered. Read at the block of the
// transaction: status in the RegistryCoordinator and in the AVSDirectory, quorums, operator id; the socket from the event.
import { word } from '../../shared/chain/bn254.ts'
import { AirlockError, refusal, type Problem } from '../../shared/base/errors.ts'
import type { Bytes32 } from '../../shared/base/fields.ts'
import type { RegisterOperation } from '../../shared/operations/register.ts'
import { quote } from '../../shared/base/quote.ts'
import { bitmapQuorums, readMembership, statusName, type Membership } from './membership.ts'
import type { HotOperation, Outcome, SentRequest } from '../build/outcome.ts'
import type { Site } from '../build/site.ts'
import { lookCloser, type CloserLook } from './closer-look.ts'
import { ownChurn } from './own-churn.ts'
import { preflight } from './preflight.ts'
import {
  operatorStatus,
  readRegistrationState,
  type RegistrationState,
  type RegistrationWish,
} from './registration-state.ts'
import { announcedSocket } from './update-socket.ts'

/** The registration on chain: why it would revert, and whether it is what was signed. */
export const registerOnChain: HotOperation<RegisterOperation> = {
  problems: async (site, fields, sent) => preflight(...(await lookAgain(site, fields, sent))),
  foreseen: async (site, fields, sent) => ownChurn(...(await lookAgain(site, fields, sent))),
  outcome: async (reader, fields, mined, { operatorId }) => {
    const state = await readMembership(reader, fields)
    const socket = announcedSocket(fields.registryCoordinator, mined)
    const problem = leftOut(state, fields)
    return {
      facts: factsOf(state, fields, socket),
      json: {
        operatorStatus: statusName(state.status),
        avsOperatorStatus: statusName(state.avsStatus),
        operatorId: state.operatorId,
        quorums: bitmapQuorums(state.bitmap),
        socket,
      },
      refused: problem ?? refusalOf(differences(fields, state.operatorId, operatorId, socket)),
    }
  },
}

/** What build read, read afresh. */
async function lookAgain(
  { reader, head }: Site,
  fields: RegisterOperation,
  { request, operatorId }: SentRequest,
): Promise<[RegistrationState, RegistrationWish, CloserLook]> {
  const salt = fields.operatorSignature?.salt ?? word(0n)
  const wish = { ...fields, operatorId, salt, expiry: request.expiry }
  const state = await readRegistrationState(reader, head, wish)
  return [state, wish, await lookCloser(reader, state, wish)]
}

function factsOf(state: Membership, { operator }: RegisterOperation, socket: string | null): Outcome['facts'] {
  return [
    { name: 'operator', value: operator },
    { name: 'RegistryCoordinator', value: statusName(state.status) },
    { name: 'AVSDirectory', value: statusName(state.avsStatus) },
    { name: 'quorums', value: bitmapQuorums(state.bitmap).join(', ') || 'none' },
    { name: 'operator id', value: state.operatorId },
    { name: 'socket', value: socket === null ? 'as it was before' : quote(socket, 512) },
  ]
}

/** The refusal of a registration that the contracts do not have. */
function leftOut(
  { bitmap, status, avsStatus }: Membership,
  { operator, operatorSignature, quorums }: RegisterOperation,
): AirlockError | null {
  const left = quorums.filter((number) => ((bitmap >> BigInt(number)) & 1n) === 0n)
  const { registered } = operatorStatus
  // Of an operator that is registered already, as through operator sets, the coordinator tells the AVSDirectory nothing.
  const isListed = operatorSignature === null || avsStatus === registered
  if (status === registered && isListed && left.length === 0) return null
  const seen =
    `the transaction succeeded, but ${operator} has status ${status} in the RegistryCoordinator (1 is registered), ` +
    `${avsStatus} in the AVSDirectory, and is not in quorum ${left.join(', ')}`
  const hint =
    'a full quorum may have removed it at once for its low stake: compare its stake with the lowest, then register again'
  return refusal('reading back', 'mined_but_not_registered', seen, hint)
}

function refusalOf([first, ...rest]: readonly Problem[]): AirlockError | null {
  return first === undefined ? null : new AirlockError('reading back', [first, ...rest])
}

function differences(
  { socket: signed }: RegisterOperation,
  found: Bytes32,
  expected: Bytes32 | null,
  socket: string | null,
): Problem[] {
  const hint = 'compare with another --rpc-url; if it says the same, the contract is of a kind not known here'
  const problems: Problem[] = []
  if (expected !== null && found !== expected) {
    problems.push({
      code: 'readback_mismatch',
      message: `the contract has operator id ${found}, expected ${expected}`,
      hint,
    })
  }
  if (socket !== null && socket !== signed) {
    problems.push({
      code: 'readback_mismatch',
      message: 'the contract announced another socket than the one signed',
      hint,
    })
  }
  return problems
}
