// The online side of every operation, by its kind.
import type { AnyOperation } from '../shared/operation-kinds.ts'
import type { HotOperation } from './outcome.ts'
import { deregisterOnChain } from './deregister.ts'
import { registerOnChain } from './read-back.ts'
import { deregisterKeyOnChain, registerKeyBn254OnChain, registerKeyEcdsaOnChain } from './register-key.ts'
import {
  deregisterFromStakeRegistryOnChain,
  registerWithStakeRegistryOnChain,
  updateSigningKeyOnChain,
} from './stake-registry.ts'

const operations: { readonly [Kind in AnyOperation['kind']]: HotOperation<Extract<AnyOperation, { kind: Kind }>> } = {
  register: registerOnChain,
  deregister: deregisterOnChain,
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
