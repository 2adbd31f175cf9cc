// The online side of every operation, by its kind.
import type { AnyOperation } from '../shared/operation-kinds.ts'
import type { HotOperation } from './outcome.ts'
import { cancelSaltOnChain } from './cancel-salt.ts'
import { deregisterOnChain } from './deregister.ts'
import { registerOnChain } from './read-back.ts'
import { selfTransferOnChain } from './self-transfer.ts'
import { registerWithChurnOnChain } from './register-with-churn.ts'
import { updateSocketOnChain } from './update-socket.ts'

const operations: { readonly [Kind in AnyOperation['kind']]: HotOperation<Extract<AnyOperation, { kind: Kind }>> } = {
  register: registerOnChain,
  deregister: deregisterOnChain,
  'self-transfer': selfTransferOnChain,
  'register-with-churn': registerWithChurnOnChain,
  'update-socket': updateSocketOnChain,
  'cancel-salt': cancelSaltOnChain,
}

/** The online side of an operation. */
export const hotOperation = <Fields extends AnyOperation>({ kind }: Fields): HotOperation<Fields> =>
  operations[kind] as unknown as HotOperation<Fields>
