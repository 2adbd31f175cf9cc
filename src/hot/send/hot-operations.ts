// The online side of every operation, by its kind.
import type { AnyOperation } from '../../shared/operations/operation-kinds.ts'
import type { HotOperation } from '../build/outcome.ts'
import { cancelSaltOnChain } from '../m2/cancel-salt.ts'
import { deregisterOnChain } from '../m2/deregister.ts'
import {
  metadataUriOnChain,
  modifyDetailsOnChain,
  registerAsOperatorOnChain,
} from '../eigenlayer/delegation-outcome.ts'
import {
  acceptAdminOnChain,
  addPendingAdminOnChain,
  removeAdminOnChain,
  removeAppointeeOnChain,
  removePendingAdminOnChain,
  setAppointeeOnChain,
} from '../eigenlayer/permission-operations.ts'
import { registerOnChain } from '../m2/read-back.ts'
import { selfTransferOnChain } from '../m2/self-transfer.ts'
import { deregisterFromOperatorSetsOnChain } from '../operator-sets/deregister-from-operator-sets.ts'
import { modifyAllocationsOnChain } from '../operator-sets/modify-allocations.ts'
import { registerForOperatorSetsOnChain } from '../operator-sets/register-for-operator-sets.ts'
import { setAllocationDelayOnChain } from '../operator-sets/set-allocation-delay.ts'
import { registerWithChurnOnChain } from '../m2/register-with-churn.ts'
import { updateSocketOnChain } from '../m2/update-socket.ts'
import {
  deregisterKeyOnChain,
  registerKeyBn254OnChain,
  registerKeyEcdsaOnChain,
} from '../key-registrar/register-key.ts'
import {
  deregisterFromStakeRegistryOnChain,
  registerWithStakeRegistryOnChain,
  updateSigningKeyOnChain,
} from '../key-registrar/stake-registry.ts'

const operations: { readonly [Kind in AnyOperation['kind']]: HotOperation<Extract<AnyOperation, { kind: Kind }>> } = {
  register: registerOnChain,
  deregister: deregisterOnChain,
  'self-transfer': selfTransferOnChain,
  'register-for-operator-sets': registerForOperatorSetsOnChain,
  'deregister-from-operator-sets': deregisterFromOperatorSetsOnChain,
  'modify-allocations': modifyAllocationsOnChain,
  'set-allocation-delay': setAllocationDelayOnChain,
  'register-with-churn': registerWithChurnOnChain,
  'update-socket': updateSocketOnChain,
  'cancel-salt': cancelSaltOnChain,
  'register-as-operator': registerAsOperatorOnChain,
  'modify-operator-details': modifyDetailsOnChain,
  'update-metadata-uri': metadataUriOnChain,
  'set-appointee': setAppointeeOnChain,
  'remove-appointee': removeAppointeeOnChain,
  'add-pending-admin': addPendingAdminOnChain,
  'remove-pending-admin': removePendingAdminOnChain,
  'accept-admin': acceptAdminOnChain,
  'remove-admin': removeAdminOnChain,
  'register-key-bn254': registerKeyBn254OnChain,
  'register-key-ecdsa': registerKeyEcdsaOnChain,
  'deregister-key': deregisterKeyOnChain,
  'register-with-stake-registry': registerWithStakeRegistryOnChain,
  'update-signing-key': updateSigningKeyOnChain,
  'deregister-from-stake-registry': deregisterFromStakeRegistryOnChain,
}

/** The online side of an operation. */
export const hotOperation = <Fields extends AnyOperation>({ kind }: Fields): HotOperation<Fields> =>
  operations[kind] as unknown as HotOperation<Fields>
