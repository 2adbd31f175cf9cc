// The online side of every operation, by its kind.
import type { AnyOperation } from '../shared/operation-kinds.ts'
import type { HotOperation } from './outcome.ts'
import { deregisterOnChain } from './deregister.ts'
import { registerOnChain } from './read-back.ts'
import { selfTransferOnChain } from './self-transfer.ts'

const operations: { readonly [Kind in AnyOperation['kind']]: HotOperation<Extract<AnyOperation, { kind: Kind }>> } = {
  register: registerOnChain,
  deregister: deregisterOnChain,
  'self-transfer': selfTransferOnChain,
}

/** The online side of an operation. */
export const hotOperation = <Fields extends AnyOperation>({ kind }: Fields): HotOperation<Fields> =>
  operations[kind] as unknown as HotOperation<Fields>
