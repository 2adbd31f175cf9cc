// The operation "register-for-operator-sets": AllocationManager.registerForOperatorSets of the slashing generation.
//
// Follows AllocationManager.sol in eigenlayer-contracts at f84a515. There is no signature of the AVSDirectory, no salt and no
// expiry: whoever may send the transaction authorises. The AllocationManager asks the AVS's registrar, whose refusal refuses
// everything; which contract that is, the AVS may change at any time. A BLS proof is bound to the operator and to the
// registrar, so an appointee may send the transaction.
import { buildCommand } from '../base/commands.ts'
import * as z from 'zod'
import { judgeBlsProof } from '../operation-parts/bls-proof.ts'
import { churnRoom } from '../operation-parts/churn-approval.ts'
import { address, issue } from '../base/fields.ts'
import { note, when } from '../base/finding.ts'
import type { Gas } from '../operation-parts/gas.ts'
import type { Operation } from '../operation-parts/operation.ts'
import { coordinatorSetsGas, keyedSetsGas, unknownStrategies } from '../operation-parts/registration-gas.ts'
import {
  avsAt,
  beyondQuorums,
  judgeAvs,
  judgeRegistrar,
  operatorSetIds,
  setsLines,
  setsText,
} from '../operation-parts/operator-sets.ts'
import * as packing from '../packing/packing.ts'
import { avsText, contractLines } from '../catalogue/review-names.ts'
import {
  churnFault,
  isOfCoordinator,
  judgeRegistrationChurn,
  packedSetRegistration,
  proofOf,
  registrationData,
  registrationLines,
  registrationMessages,
  setRegistration,
  socketOf,
} from '../operation-parts/set-registration.ts'
import { judgeSocket } from '../operation-parts/socket.ts'

export const registerForOperatorSetsOperation = z
  .strictObject({
    kind: z.literal('register-for-operator-sets'),
    allocationManager: address,
    avs: address,
    operator: address,
    operatorSets: operatorSetIds,
    registrar: address,
    registration: setRegistration,
  })
  .readonly()
  .superRefine(({ operatorSets, registration }, context) => {
    const beyond = isOfCoordinator(registration) ? beyondQuorums(operatorSets) : []
    if (beyond.length > 0) {
      const message = `${beyond.join(', ')}: this registrar takes ids up to 191, and the low byte of any other for another set`
      context.addIssue({ code: 'custom', path: ['operatorSets'], ...issue('operator_set_out_of_range', message) })
    }
    const fault = churnFault(registration, operatorSets)
    if (fault !== null) {
      context.addIssue({ code: 'custom', path: ['registration'], ...issue('field_invalid', fault) })
    }
  })
export type RegisterForOperatorSetsOperation = z.output<typeof registerForOperatorSetsOperation>

/** registerForOperatorSets(operator, (avs, operatorSetIds, data)). */
export const registerForOperatorSets: Operation<RegisterForOperatorSetsOperation> = {
  packing: packing.record({
    allocationManager: packing.address,
    avs: packing.address,
    operator: packing.address,
    operatorSets: packing.list(packing.integer()),
    registrar: packing.address,
    registration: packedSetRegistration,
  }),
  title: 'Register an operator for operator sets of an AVS',
  appointees: true,
  concerns: ({ allocationManager, avs, operatorSets, registrar, registration }) => ({
    avs,
    contracts: [
      ['allocationManager', allocationManager],
      ['avs', avs],
      ['registrar', registrar],
    ],
    quorums: null,
    operatorSets,
    socket: socketOf(registration),
    salt: null,
  }),
  makesRoom: ({ registration }) => (registration.type === 'churn' ? churnRoom(registration.churnApproval) : []),
  messages: (fields, context) => registrationMessages(fields.registration, fields, context),
  call: ({ allocationManager, avs, operator, operatorSets, registration }, _, signatures) => ({
    to: allocationManager,
    signature: 'registerForOperatorSets(address,(address,uint32[],bytes))',
    args: [operator, [avs, operatorSets, registrationData(registration, signatures)]],
  }),
  gas: registerForOperatorSetsGas,
  review: (fields, context) => [
    ...setsLines(fields, context),
    ...contractLines('Registrar', context.chainId, fields.registrar),
    ['Operator sets', fields.operatorSets.join(', ')],
    ...registrationLines(fields.registration),
  ],
  deadlines: ({ registration }) =>
    registration.type === 'churn'
      ? [
          {
            label: 'Approval ends',
            of: 'the churn approval',
            until: registration.churnApproval.expiry,
            renew: `ask the AVS for a new approval, then ${buildCommand('register-for-operator-sets', { '--churn-approval': 'FILE' })}`,
          },
        ]
      : [],
  summary: ({ avs, operator, operatorSets }, { chainId }) =>
    `register ${operator} for ${setsText(operatorSets)} of ${avsText(chainId, avs)}`,
  judge: (fields, context) => {
    const { avs, registrar, registration } = fields
    const socket = socketOf(registration)
    const [proof] = registrationMessages(registration, fields, context)
    return [
      ...judgeAvs(context.chainId, avs),
      ...judgeRegistrar(context.chainId, avs, registrar),
      ...(socket === null ? [] : judgeSocket(socket, avsAt(context.chainId, avs))),
      ...judgeBlsProof(proof ?? null),
      ...judgeRegistrationChurn(registration, fields, context),
      ...when(isOfCoordinator(registration) && proofOf(registration) === null, () =>
        note(
          'bls_key_bound',
          'the registrar knows a BLS key of this operator and takes no other: it ignores any proof',
        ),
      ),
      ...when(registration.type === 'churn', () =>
        note(
          'churn_judged_when_mined',
          'stakes are compared when the transaction is mined: by then the operator named may be too large to be removed, and the call fails',
        ),
      ),
      note(
        'sets_slashable',
        'a member of an operator set can be slashed by its AVS, up to what the operator allocates to the set, and for a while after it has left',
      ),
    ]
  },
  meaning: ({ allocationManager, avs, kind, operator, operatorSets, registrar, registration }) => ({
    allocationManager,
    avs,
    // The approval serves one registration; a new approval of the same kicks means the same.
    kicks: registration.type === 'churn' ? registration.churnApproval.kicks : null,
    kind,
    operator,
    operatorSets,
    registrar,
    socket: socketOf(registration),
    type: registration.type,
  }),
}

/** Gas of a registration of which neither the strategies are known nor whether only allocated stake counts. */
export function registerForOperatorSetsGas({
  operatorSets: { length },
  registration,
}: Pick<RegisterForOperatorSetsOperation, 'operatorSets' | 'registration'>): Gas {
  const socket = socketOf(registration) ?? ''
  if (!isOfCoordinator(registration)) return keyedSetsGas(length, socket)
  const key = proofOf(registration) === null ? 'known' : 'new'
  const churn = registration.type === 'churn'
  return coordinatorSetsGas({ key, socket, strategies: unknownStrategies(length) }, { churn, slashable: true })
}
