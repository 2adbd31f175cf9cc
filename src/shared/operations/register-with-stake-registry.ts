// The operation "register-with-stake-registry": ECDSAStakeRegistry.registerOperatorWithSignature, as Hyperlane and ETHGas have it.
//
// Follows ECDSAStakeRegistry.sol in eigenlayer-middleware at b42aa0b. The sender is the operator. The operator's signature is that
// of the AVSDirectory, over the ServiceManager; the signing key is named and signs nothing. There are no quorums to choose
// and no socket. A weight below the minimum refuses nobody: it counts as none. Later builds of that repository with
// registerOperatorWithSignature(address,...) are not this operation.
import * as z from 'zod'
import { address } from '../base/fields.ts'
import { note } from '../base/finding.ts'
import type { Operation } from '../operation-parts/operation.ts'
import { MOST_STRATEGIES } from '../operation-parts/registration-gas.ts'
import {
  judgeOperatorSignature,
  operatorSignature,
  operatorSignatureArgument,
  operatorSignatureLines,
  operatorSignatureMessage,
  packedOperatorSignature,
} from '../operation-parts/operator-signature.ts'
import * as packing from '../packing/packing.ts'
import { avsText } from '../catalogue/review-names.ts'
import {
  judgeNamedKey,
  judgeStakeRegistry,
  signingKeyLines,
  stakeRegistryContracts,
  stakeRegistryLines,
} from '../operation-parts/stake-registry.ts'

export const registerWithStakeRegistryOperation = z
  .strictObject({
    kind: z.literal('register-with-stake-registry'),
    operator: address,
    operatorSignature,
    serviceManager: address,
    signingKey: address,
    stakeRegistry: address,
  })
  .readonly()
export type RegisterWithStakeRegistryOperation = z.output<typeof registerWithStakeRegistryOperation>

/** registerOperatorWithSignature(operatorSignature, signingKey). */
export const registerWithStakeRegistry: Operation<RegisterWithStakeRegistryOperation> = {
  packing: packing.record({
    operator: packing.address,
    operatorSignature: packedOperatorSignature,
    serviceManager: packing.address,
    signingKey: packing.address,
    stakeRegistry: packing.address,
  }),
  title: 'Register an operator with an AVS that keeps ECDSA keys',
  appointees: false,
  concerns: ({ operatorSignature: asked, ...fields }) => ({
    avs: fields.serviceManager,
    contracts: [...stakeRegistryContracts(fields), ['avsDirectory', asked.avsDirectory]],
    quorums: null,
    operatorSets: null,
    socket: null,
    salt: asked.salt,
  }),
  messages: ({ operatorSignature: asked, operator, serviceManager }, context) => [
    operatorSignatureMessage(asked, { operator, avs: serviceManager }, context),
  ],
  call: ({ operatorSignature: asked, signingKey, stakeRegistry }, { expiry }, signatures) => ({
    to: stakeRegistry,
    signature: 'registerOperatorWithSignature((bytes,bytes32,uint256),address)',
    args: [operatorSignatureArgument(asked, expiry, signatures.operatorSignature), signingKey],
  }),
  // Measured on the contracts of test/devnet with one strategy: 193,000. The real ones keep histories of weights and keys, and a
  // quorum may weigh a dozen strategies: the room is for those.
  gas: () => ({ least: 274_000, most: stakeRegistryGas(MOST_STRATEGIES) }),
  review: (fields, context) => [
    ...stakeRegistryLines(fields, context),
    ...operatorSignatureLines(fields.operatorSignature, context),
    ...signingKeyLines(fields.signingKey),
  ],
  summary: ({ operator, serviceManager, signingKey }, { chainId }) =>
    `register ${operator} with ${avsText(chainId, serviceManager)}, with signing key ${signingKey}`,
  judge: (fields, { chainId }) => [
    ...judgeStakeRegistry(chainId, fields),
    ...judgeOperatorSignature(fields.operatorSignature),
    ...judgeNamedKey(fields),
    note('signing_power', "what the signing key signs counts as the operator's word with this AVS"),
  ],
  meaning: ({ operatorSignature: asked, ...fields }) => ({ ...fields, avsDirectory: asked.avsDirectory }),
}

/** What registering needs with so many strategies, each of which is weighed. */
export const stakeRegistryGas = (strategies: number): number => 297_500 + 6_020 * strategies
