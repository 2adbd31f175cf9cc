// The state after a registration for operator sets: a mined transaction can still leave the operator out, or with another key.
//
// Asked at the block of the transaction: the AllocationManager for each set and for all sets that the operator is in; a
// coordinator for status, quorums and BLS key; a registrar that keeps sockets for the socket.
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import type { RegisterForOperatorSetsOperation } from '../../shared/operations/register-for-operator-sets.ts'
import { AirlockError, refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { isOfCoordinator, operatorIdOf } from '../../shared/operation-parts/set-registration.ts'
import { MAX_SOCKET } from '../../shared/operation-parts/socket.ts'
import { bitmapQuorums, statusName } from '../m2/membership.ts'
import { notDone, type Outcome } from '../build/outcome.ts'
import { call, list, optional, record, type Read, type Reader } from '../rpc/reader.ts'
import { managerCall } from './sets-state.ts'

interface OperatorSet {
  readonly avs: Address
  readonly id: number
}

interface MembershipAnswers {
  /** In the order of the sets named. */
  readonly members: readonly boolean[]
  readonly registered: readonly OperatorSet[]
}

/** Which of the sets named the operator is in, and all that it is in. */
export const membershipReads = ({
  allocationManager: at,
  avs,
  operator,
  operatorSets,
}: Pick<
  RegisterForOperatorSetsOperation,
  'allocationManager' | 'avs' | 'operator' | 'operatorSets'
>): Read<MembershipAnswers> => {
  const isMember = 'isMemberOfOperatorSet(address,(address avs, uint32 id)) view returns (bool)'
  const registered = 'getRegisteredSets(address) view returns ((address avs, uint32 id)[])'
  return record({
    members: list(operatorSets.map((id) => managerCall<boolean>(at, isMember, operator, { avs, id }))),
    registered: managerCall<readonly OperatorSet[]>(at, registered, operator),
  })
}

/** The ids of an AVS among all sets of an operator. */
export const idsAt = (avs: Address, registered: readonly OperatorSet[]): readonly number[] =>
  registered.filter((set) => set.avs === avs).map(({ id }) => id)

const coordinatorReads = (at: Address, operator: Address) => {
  const of = <T>(signature: string, ...args: readonly unknown[]): Read<T> =>
    call<T>('registrar', at, signature, ...args)
  return record({
    status: of<number>('getOperatorStatus(address) view returns (uint8)', operator),
    operatorId: of<Bytes32>('getOperatorId(address) view returns (bytes32)', operator),
    blsApkRegistry: of<Address>('blsApkRegistry() view returns (address)'),
  })
}

/** Reads the state after a registration. */
export async function setsOutcome(
  reader: Reader,
  fields: RegisterForOperatorSetsOperation,
  signedWith: Bytes32 | null,
): Promise<Outcome> {
  const { avs, operator, operatorSets, registrar, registration } = fields
  const socketRead = optional(
    call<string>('registrar', registrar, 'getOperatorSocket(address) view returns (string)', operator),
  )
  const [{ members, registered }, coordinator, socket] = await Promise.all([
    reader.read(membershipReads(fields)),
    isOfCoordinator(registration) ? readCoordinator(reader, registrar, operator) : Promise.resolve(null),
    registration.type === 'socket' ? reader.read(socketRead) : Promise.resolve(null),
  ])
  const left = operatorSets.filter((_, index) => members[index] !== true)
  const expected = signedWith ?? operatorIdOf(registration)
  return {
    facts: [
      { name: 'operator', value: operator },
      { name: 'operator sets', value: idsAt(avs, registered).join(', ') || 'none of this AVS' },
      ...(coordinator === null ? [] : coordinator.facts),
      ...(socket === null ? [] : [{ name: 'socket', value: quote(socket, MAX_SOCKET) }]),
    ],
    json: { operatorSets: idsAt(avs, registered), ...coordinator?.json, ...(socket === null ? {} : { socket }) },
    refused:
      leftOut(left, operator) ??
      coordinator?.refused(expected, operatorSets) ??
      (registration.type === 'socket' && socket !== registration.socket
        ? differs('the registrar has another socket than the one signed')
        : null),
  }
}

const leftOut = (left: readonly number[], operator: Address): AirlockError | null =>
  left.length === 0 ? null : notDone(`${operator} is not in operator set ${left.join(', ')}`)

const differs = (seen: string): AirlockError =>
  refusal(
    'reading back',
    'readback_mismatch',
    seen,
    'compare with another --rpc-url; if it says the same, the contract is of a kind not known here',
  )

/** What a coordinator has of the operator. */
async function readCoordinator(reader: Reader, at: Address, operator: Address) {
  const { status, operatorId, blsApkRegistry } = await reader.read(coordinatorReads(at, operator))
  const bitmapOf = 'getCurrentQuorumBitmap(bytes32) view returns (uint192)'
  const { bitmap, key } = await reader.read(
    record({
      bitmap: optional(call<bigint>('registrar', at, bitmapOf, operatorId)),
      key: call<Bytes32>(
        'BLSApkRegistry',
        blsApkRegistry,
        'operatorToPubkeyHash(address) view returns (bytes32)',
        operator,
      ),
    }),
  )
  const quorums = bitmapQuorums(bitmap ?? 0n)
  return {
    facts: [
      { name: 'registrar', value: statusName(status) },
      { name: 'quorums', value: quorums.join(', ') || 'none' },
      { name: 'operator id', value: operatorId },
    ],
    json: { operatorStatus: statusName(status), operatorId, quorums },
    refused: (expected: Bytes32 | null, wanted: readonly number[]): AirlockError | null => {
      const missing = wanted.filter((id) => !quorums.includes(id))
      if (missing.length > 0) return notDone(`the registrar has not the operator in quorum ${missing.join(', ')}`)
      if (key !== operatorId) return differs(`the registrar has operator id ${operatorId}, its BLSApkRegistry ${key}`)
      if (expected === null || expected === operatorId) return null
      return differs(`the registrar has operator id ${operatorId}, expected ${expected}`)
    },
  }
}
