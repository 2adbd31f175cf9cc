// The operation "register-with-churn": RegistryCoordinator.registerOperatorWithChurn of the M2 generation and of EigenDA until 2025.
//
// Follows RegistryCoordinator.sol in eigenlayer-middleware at 7d49b51: a registration (register.ts) that may push one operator out
// of each quorum that is full, as the churn approver of the AVS allowed it (churn-approval.ts). The contract compares stakes when the
// transaction is mined, not when it was approved. EigenDA's master of 2025-09 ignores kicks and approval: not this operation.
//
// The operator id is a field of its own: the approval is bound to it, and where the AVS has the BLS key already nothing else names it.
import { buildCommand } from '../base/commands.ts'
import * as z from 'zod'
import { PARAMS_TYPE, paramsArgument } from '../operation-parts/bls-proof.ts'
import { operatorId } from '../chain/bn254.ts'
import {
  churnApproval,
  churnLines,
  churnRoom,
  churnSignatureArgument,
  judgeChurnApproval,
  KICKS_TYPE,
  kicksArgument,
  kicksFault,
  packedChurnApproval,
} from '../operation-parts/churn-approval.ts'
import { bytes32, issue } from '../base/fields.ts'
import { note } from '../base/finding.ts'
import type { Operation, OperationContext } from '../operation-parts/operation.ts'
import { operatorSignatureArgument } from '../operation-parts/operator-signature.ts'
import * as packing from '../packing/packing.ts'
import { quorumBytes } from '../operation-parts/quorums.ts'
import { coordinatorGas, unknownStrategies } from '../operation-parts/registration-gas.ts'
import { asksInVain, IN_VAIN, keyOf, packedRegisterFields, register, registerFields } from './register.ts'
import type { RegisterOperation } from './register.ts'

export const registerWithChurnOperation = z
  .strictObject({
    kind: z.literal('register-with-churn'),
    ...registerFields,
    churn: churnApproval,
    operatorId: bytes32,
  })
  .readonly()
  .superRefine((operation, context) => {
    if (asksInVain(operation)) context.addIssue({ code: 'custom', path: ['pubkeyRegistration'], ...IN_VAIN })
    const kicks = kicksFault(operation.churn, operation.quorums)
    if (kicks !== null) context.addIssue({ code: 'custom', path: ['churn', 'kicks'], ...issue('field_invalid', kicks) })
    const named = namedKey(operation.pubkeyRegistration)
    if (named === undefined || named === operation.operatorId) return
    const other = `expected ${named ?? 'an operator id in pubkeyRegistration too'}: the approval is for one BLS key`
    context.addIssue({ code: 'custom', path: ['operatorId'], ...issue('field_invalid', other) })
  })
export type RegisterWithChurnOperation = z.output<typeof registerWithChurnOperation>

/** The BLS key that the proof is for; null where it is left open, undefined where none is asked for. */
function namedKey(proof: RegisterOperation['pubkeyRegistration']): string | null | undefined {
  if (proof === null) return undefined
  return proof.from === 'request' ? operatorId(proof.params.publicKeyG1) : proof.operatorId
}

const SIGNATURE_TYPE = '(bytes,bytes32,uint256)'
const REGISTER_WITH_CHURN = `registerOperatorWithChurn(bytes,string,${PARAMS_TYPE},${KICKS_TYPE},${SIGNATURE_TYPE},${SIGNATURE_TYPE})`

/** The registration without its churn. */
export const withoutChurn = ({
  churn: _churn,
  operatorId: _id,
  ...fields
}: RegisterWithChurnOperation): RegisterOperation => ({
  ...fields,
  kind: 'register',
})

const judgeChurn = (fields: RegisterWithChurnOperation, { chainId }: OperationContext) =>
  judgeChurnApproval({ chainId, ...fields }, fields.churn)

/** registerOperatorWithChurn(quorumNumbers, socket, params, kicks, churnApproverSignature, operatorSignature). */
export const registerWithChurn: Operation<RegisterWithChurnOperation> = {
  packing: packing.record({ ...packedRegisterFields, churn: packedChurnApproval, operatorId: packing.bytes32 }),
  title: 'Register an operator with an AVS, in the place of others',
  appointees: false,
  concerns: (fields) => register.concerns(withoutChurn(fields)),
  makesRoom: ({ churn }) => churnRoom(churn),
  messages: (fields, context) => register.messages(withoutChurn(fields), context),
  call: ({ churn, operatorSignature: asked, quorums, registryCoordinator, socket }, { expiry }, signatures) => ({
    to: registryCoordinator,
    signature: REGISTER_WITH_CHURN,
    args: [
      quorumBytes(quorums),
      socket,
      paramsArgument(signatures.pubkeyRegistrationParams),
      kicksArgument(churn),
      churnSignatureArgument(churn),
      operatorSignatureArgument(asked, expiry, signatures.operatorSignature),
    ],
  }),
  gas: (fields) =>
    coordinatorGas(
      { key: keyOf(fields), socket: fields.socket, strategies: unknownStrategies(fields.quorums.length) },
      true,
    ),
  review: (fields, context) => [...register.review(withoutChurn(fields), context), ...churnLines(fields.churn)],
  deadlines: ({ churn }) => [
    {
      label: 'Approval ends',
      of: 'the churn approval',
      until: churn.expiry,
      renew: `ask the AVS for a new approval, then ${buildCommand('register-with-churn')}`,
    },
  ],
  summary: (fields, context) => `${register.summary(withoutChurn(fields), context)}, in the place of others`,
  judge: (fields, context) => [
    ...judgeChurn(fields, context),
    ...register.judge(withoutChurn(fields), context),
    note(
      'churn_judged_when_mined',
      'stakes are compared when the transaction is mined: by then the operator named may be too large to be removed, and the call fails',
    ),
  ],
  // The approval serves one registration; a new approval of the same kicks means the same.
  meaning: (fields) => ({
    ...register.meaning(withoutChurn(fields)),
    kicks: fields.churn.kicks,
    kind: fields.kind,
  }),
}
