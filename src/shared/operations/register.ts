// The operation "register": RegistryCoordinator.registerOperator of the M2 generation and of EigenDA.
//
// Follows RegistryCoordinator.sol in eigenlayer-middleware at 7d49b51. The sender is the operator: there is no path on
// behalf of another. The contract ignores the BLS parameters once it knows a key of this operator, and the operator's
// signature while the operator is registered for any quorum; a request asks for neither then.
//
// The `avs` of the signed message is the ServiceManager, while the call goes to the RegistryCoordinator. Forks with
// other selectors (eOracle, Openlayer and more) are not this operation.
import * as z from 'zod'
import {
  blsProof,
  blsProofLines,
  blsProofMessage,
  judgeBlsProof,
  packedBlsProof,
  paramsArgument,
} from '../operation-parts/bls-proof.ts'
import { PARAMS_TYPE } from '../operation-parts/bls-proof.ts'
import { avsOfCoordinator } from '../catalogue/catalogue.ts'
import { judgeCoordinator } from '../operation-parts/coordinator-findings.ts'
import { address, issue } from '../base/fields.ts'
import { note, when } from '../base/finding.ts'
import type { Gas } from '../operation-parts/gas.ts'
import type { Operation, OperationContext } from '../operation-parts/operation.ts'
import {
  coordinatorGas,
  MOST_OPERATORS,
  ownChurnGas,
  unknownStrategies,
  type RegistrationSize,
} from '../operation-parts/registration-gas.ts'
import {
  judgeOperatorSignature,
  operatorSignature,
  operatorSignatureArgument,
  operatorSignatureLines,
  operatorSignatureMessage,
  packedOperatorSignature,
} from '../operation-parts/operator-signature.ts'
import * as packing from '../packing/packing.ts'
import { packedQuorums, quorumBytes, quorumLines, quorums, quorumsText } from '../operation-parts/quorums.ts'
import { avsText, coordinatorLines } from '../catalogue/review-names.ts'
import { quote } from '../base/quote.ts'
import { judgeSocket, MAX_SOCKET, socket } from '../operation-parts/socket.ts'

/** The fields of a registration, with churn or without. */
export const registerFields = {
  operator: address,
  operatorSignature: operatorSignature.nullable(),
  pubkeyRegistration: blsProof.nullable(),
  quorums,
  registryCoordinator: address,
  serviceManager: address,
  socket,
}

export const registerOperation = z
  .strictObject({ kind: z.literal('register'), ...registerFields })
  .readonly()
  .superRefine((operation, context) => {
    if (asksInVain(operation)) context.addIssue({ code: 'custom', path: ['pubkeyRegistration'], ...IN_VAIN })
  })
export type RegisterOperation = z.output<typeof registerOperation>

type Asked = Pick<RegisterOperation, 'operatorSignature' | 'pubkeyRegistration'>

/** True where a BLS proof is asked for that the contract has. */
export const asksInVain = ({ operatorSignature: asked, pubkeyRegistration }: Asked): boolean =>
  asked === null && pubkeyRegistration !== null

/** The issue of a BLS proof that is asked for in vain. */
export const IN_VAIN = issue(
  'field_invalid',
  'expected null: an operator registered with the AVS has a BLS key there already',
)

const REGISTER_OPERATOR = `registerOperator(bytes,string,${PARAMS_TYPE},(bytes,bytes32,uint256))`

/** Those fields as bytes. */
export const packedRegisterFields = {
  operator: packing.address,
  operatorSignature: packing.nullable(packedOperatorSignature),
  pubkeyRegistration: packing.nullable(packedBlsProof),
  quorums: packedQuorums,
  registryCoordinator: packing.address,
  serviceManager: packing.address,
  socket: packing.text,
}

/** registerOperator(quorumNumbers, socket, params, operatorSignature). */
export const register: Operation<RegisterOperation> = {
  packing: packing.record(packedRegisterFields),
  title: 'Register an operator with an AVS',
  appointees: false,
  concerns: ({ operatorSignature: asked, quorums, registryCoordinator, serviceManager, socket }) => ({
    avs: serviceManager,
    contracts: [
      ['registryCoordinator', registryCoordinator],
      ['serviceManager', serviceManager],
      ...(asked === null ? [] : ([['avsDirectory', asked.avsDirectory]] as const)),
    ],
    quorums,
    operatorSets: null,
    socket,
    salt: asked?.salt ?? null,
  }),
  makesRoom: ({ quorums }) => quorums.map((number) => ({ number, named: null })),
  messages: ({ operator, operatorSignature: asked, pubkeyRegistration, ...fields }, context) => [
    ...(asked === null ? [] : [operatorSignatureMessage(asked, { operator, avs: fields.serviceManager }, context)]),
    ...(pubkeyRegistration === null
      ? []
      : [
          blsProofMessage(pubkeyRegistration, {
            operator,
            coordinator: fields.registryCoordinator,
            chainId: context.chainId,
          }),
        ]),
  ],
  call: ({ operatorSignature: asked, quorums, registryCoordinator, socket }, { expiry }, signatures) => ({
    to: registryCoordinator,
    signature: REGISTER_OPERATOR,
    args: [
      quorumBytes(quorums),
      socket,
      paramsArgument(signatures.pubkeyRegistrationParams),
      operatorSignatureArgument(asked, expiry, signatures.operatorSignature),
    ],
  }),
  gas: registerGas,
  review: (fields, context) => [
    ...coordinatorLines(fields, context),
    ...operatorSignatureLines(fields.operatorSignature, context),
    ...quorumLines(fields.quorums, avsOfCoordinator(context.chainId, fields.registryCoordinator)),
    ['Socket', quote(fields.socket, MAX_SOCKET)],
    ...blsProofLines(fields.pubkeyRegistration),
  ],
  summary: ({ operator, quorums, serviceManager }, { chainId }) =>
    `register ${operator} with ${avsText(chainId, serviceManager)}, ${quorumsText(quorums)}`,
  judge: (fields, context) => [
    ...judgeCoordinator(context.chainId, fields),
    ...judgeOperatorSignature(fields.operatorSignature),
    ...judgeSocket(fields.socket, avsOfCoordinator(context.chainId, fields.registryCoordinator)),
    ...judgeBlsProof(
      register.messages(fields, context).find((message) => message.part === 'pubkeyRegistrationParams') ?? null,
    ),
    ...when(fields.operatorSignature === null, () =>
      note('socket_ignored', 'the operator is registered already: some AVSs ignore the socket given here'),
    ),
  ],
  meaning: ({ kind, operator, operatorSignature: asked, quorums, registryCoordinator, serviceManager, socket }) => ({
    avsDirectory: asked?.avsDirectory ?? null,
    kind,
    operator,
    quorums,
    registryCoordinator,
    serviceManager,
    socket,
  }),
}

/** What the registry has of the operator, by what the request asks for. */
export const keyOf = ({ operatorSignature: asked, pubkeyRegistration }: Asked): RegistrationSize['key'] =>
  pubkeyRegistration !== null ? 'new' : asked !== null ? 'known' : 'member'

/** Gas of a registration of which the strategies are not known. EigenDA removes somebody by itself where a quorum is full. */
export function registerGas(fields: RegisterOperation, { chainId }: Pick<OperationContext, 'chainId'>): Gas {
  const { quorums, registryCoordinator, socket } = fields
  const { least, most } = coordinatorGas({ key: keyOf(fields), socket, strategies: unknownStrategies(quorums.length) })
  const churns = avsOfCoordinator(chainId, registryCoordinator)?.kind === 'eigenda'
  return { least, most: most + (churns ? ownChurnGas(quorums.map(() => MOST_OPERATORS)) : 0) }
}
