// The online side of every operation, by its kind.
import type { AnyOperation } from '../shared/operation-kinds.ts'
import type { HotOperation } from './outcome.ts'
import { cancelSaltOnChain } from './cancel-salt.ts'
import { deregisterOnChain } from './deregister.ts'
import { deregisterFromOperatorSetsOnChain } from './deregister-from-operator-sets.ts'
import { modifyAllocationsOnChain } from './modify-allocations.ts'
import { registerOnChain } from './read-back.ts'
import { registerForOperatorSetsOnChain } from './register-for-operator-sets.ts'
import { setAllocationDelayOnChain } from './set-allocation-delay.ts'
import { registerWithChurnOnChain } from './register-with-churn.ts'
import { updateSocketOnChain } from './update-socket.ts'

const operations: { readonly [Kind in AnyOperation['kind']]: HotOperation<Extract<AnyOperation, { kind: Kind }>> } = {
  register: registerOnChain,
  deregister: deregisterOnChain,
  'register-for-operator-sets': registerForOperatorSetsOnChain,
  'deregister-from-operator-sets': deregisterFromOperatorSetsOnChain,
  'modify-allocations': modifyAllocationsOnChain,
  'set-allocation-delay': setAllocationDelayOnChain,
  'register-with-churn': registerWithChurnOnChain,
  'update-socket': updateSocketOnChain,
  'cancel-salt': cancelSaltOnChain,
}

/** The online side of an operation. */
export const hotOperation = <Fields extends AnyOperation>({ kind }: Fields): HotOperation<Fields> =>
  operations[kind] as unknown as HotOperation<Fields>
