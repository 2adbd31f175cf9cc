// The operation "register-key-ecdsa": KeyRegistrar.registerKey with an ECDSA key, for an operator set of curve type ECDSA.
//
// Follows KeyRegistrar.sol in eigenlayer-contracts at f84a515. The key that is registered signs, not the operator; keyData is the
// 20 bytes of its address (the 32 bytes of the ABI are refused there). Contracts as keys (ERC-1271) are not registered
// with this program: the multichain verifiers do not take them. Sent by the operator, or by whoever the
// PermissionController lets.
import * as z from 'zod'
import { address } from '../base/fields.ts'
import {
  ecdsaKeyData,
  ecdsaKeyRegistration,
  judgeKey,
  judgeSetAvs,
  keyContracts,
  keyedSetLines,
  keyedSetText,
  operatorSetId,
  REGISTER_KEY,
} from '../operation-parts/key-registration.ts'
import { messageForEcdsa, type Operation } from '../operation-parts/operation.ts'
import * as packing from '../packing/packing.ts'
import { judgeSigningKey } from '../operation-parts/signing-key.ts'

export const registerKeyEcdsaOperation = z
  .strictObject({
    kind: z.literal('register-key-ecdsa'),
    operator: address,
    avs: address,
    keyAddress: address,
    keyRegistrar: address,
    operatorSet: operatorSetId,
  })
  .readonly()
export type RegisterKeyEcdsaOperation = z.output<typeof registerKeyEcdsaOperation>

/** registerKey(operator, operatorSet, keyData, signature). */
export const registerKeyEcdsa: Operation<RegisterKeyEcdsaOperation> = {
  packing: packing.record({
    operator: packing.address,
    avs: packing.address,
    keyAddress: packing.address,
    keyRegistrar: packing.address,
    operatorSet: packing.integer(),
  }),
  title: 'Register an ECDSA key for an operator set',
  appointees: true,
  concerns: (fields) => ({
    avs: fields.avs,
    contracts: keyContracts(fields),
    quorums: null,
    operatorSets: [fields.operatorSet],
    socket: null,
    salt: null,
  }),
  messages: (fields, { chainId }) => [
    messageForEcdsa(ecdsaKeyRegistration(chainId, fields, fields.keyAddress), {
      part: 'keySignature',
      signer: fields.keyAddress,
    }),
  ],
  call: (fields, _, { keySignature }) => ({
    to: fields.keyRegistrar,
    signature: REGISTER_KEY,
    args: [fields.operator, [fields.avs, fields.operatorSet], ecdsaKeyData(fields.keyAddress), keySignature ?? '0x'],
  }),
  // Measured on the real contracts: 148,435.
  gas: () => ({ least: 150_000, most: 150_500 }),
  review: (fields, context) => [
    ...keyedSetLines(fields, context),
    ['ECDSA key', fields.keyAddress],
    ['', 'which signs its registration itself'],
  ],
  summary: (fields, { chainId }) =>
    `register the ECDSA key ${fields.keyAddress} of ${fields.operator} for ${keyedSetText(chainId, fields)}`,
  judge: (fields, { chainId }) => [
    ...judgeSetAvs(chainId, fields.avs),
    ...judgeSigningKey('keyAddress', fields.keyAddress, fields),
    ...judgeKey(fields),
  ],
  meaning: (fields) => fields,
}
