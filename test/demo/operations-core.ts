// The operations at EigenLayer's own contracts: an operator, what it has settled, and who may act for it.
//
// An appointee sends the transaction that it was appointed for; an admin is proposed, accepts, and takes another's rights away.
import { getAddress, zeroAddress } from 'viem'
import type { Devnet } from '../devnet/devnet.ts'
import { ecdsaFlags } from '../support/current-room.ts'
import { fact, type Walk } from './walk.ts'

const METADATA = 'https://operator.example/metadata.json'
/** updateOperatorMetadataURI(address,string). */
const UPDATE = '0x78296ec5'

/** Becoming an operator, in both generations, and what can be changed afterwards. */
export async function coreOperations(walk: Walk, m2: Devnet): Promise<void> {
  const { devnet } = walk.room
  const at = ['--delegation-manager', devnet.delegationManager]
  const keys = await walk.room.person()
  const { operator } = keys
  const asked = { operator, keys: ecdsaFlags(keys) }
  await walk.operation({
    ...{ ...asked, kind: 'register-as-operator', how: 'slashing generation' },
    flags: [...at, '--metadata-uri', METADATA, '--allocation-delay', '0'],
    readBack: async () => fact('isOperator', await devnet.read('DelegationManager', 'isOperator', [operator]), true),
  })
  const approver = getAddress(`0x${'b2'.repeat(20)}`)
  await walk.operation({
    ...{ ...asked, kind: 'modify-operator-details' },
    flags: [...at, '--delegation-approver', approver],
    readBack: async () =>
      fact('delegationApprover', await devnet.read('DelegationManager', 'delegationApprover', [operator]), approver),
  })
  await walk.operation({
    ...{ ...asked, kind: 'update-metadata-uri' },
    flags: [...at, '--metadata-uri', METADATA],
    readBack: async (said) => {
      const event = await walk.event(said, devnet.artefacts.DelegationManager.abi, 'OperatorMetadataURIUpdated')
      return fact('OperatorMetadataURIUpdated', event['metadataURI'], METADATA)
    },
  })
  const old = await walk.room.person()
  await walk.operation({
    ...{ kind: 'register-as-operator', how: 'M2 generation', operator: old.operator, keys: ecdsaFlags(old) },
    flags: [
      ...['--delegation-manager', m2.delegationManager, '--metadata-uri', METADATA],
      ...['--staker-opt-out-window-blocks', '50400'],
    ],
    readBack: async () => {
      const expected = [old.operator, zeroAddress, 50_400]
      fact('operatorDetails', await m2.read('DelegationManagerM2', 'operatorDetails', [old.operator]), expected)
      return 'operatorDetails: window 50400, no approver'
    },
  })
}

/** An appointee: let in, at work, and let go. */
export async function appointeeOperations(walk: Walk): Promise<void> {
  const { devnet } = walk.room
  const [keys, hand] = [await walk.room.operator(), await walk.room.person()]
  const { operator } = keys
  const permission = [
    ...['--permission-controller', devnet.permissionController, '--appointee', hand.operator],
    ...['--target', devnet.delegationManager, '--selector', 'updateOperatorMetadataURI'],
  ]
  const canCall = async (expected: boolean): Promise<string> => {
    const asked = [operator, hand.operator, devnet.delegationManager, UPDATE]
    return fact('canCall', await devnet.read('PermissionController', 'canCall', asked), expected)
  }
  const asked = { operator, keys: ecdsaFlags(keys), flags: permission }
  await walk.operation({ ...asked, kind: 'set-appointee', readBack: () => canCall(true) })
  await walk.operation({
    ...{ kind: 'update-metadata-uri', how: 'sent by the appointee', operator, keys: ecdsaFlags(hand) },
    flags: [
      ...['--delegation-manager', devnet.delegationManager, '--metadata-uri', METADATA],
      ...['--from', hand.operator],
    ],
    readBack: async (said) => {
      const event = await walk.event(said, devnet.artefacts.DelegationManager.abi, 'OperatorMetadataURIUpdated')
      const { from } = await devnet.client.getTransaction({ hash: said.transaction })
      return `${fact('for', event['operator'], operator)}, ${fact('sent by', getAddress(from), hand.operator)}`
    },
  })
  await walk.operation({ ...asked, kind: 'remove-appointee', readBack: () => canCall(false) })
}

/** Admins: one proposed and taken back, one who accepts, and the operator's own rights taken away by it. */
export async function adminOperations(walk: Walk): Promise<void> {
  const { devnet } = walk.room
  const [keys, first, second] = [await walk.room.operator(), await walk.room.person(), await walk.room.person()]
  const { operator } = keys
  const about = (admin: string): string[] => [
    ...['--permission-controller', devnet.permissionController, '--admin', admin],
  ]
  const says = async (name: string, admin: string, expected: boolean): Promise<string> =>
    fact(name, await devnet.read('PermissionController', name, [operator, admin]), expected)
  const asked = { operator, keys: ecdsaFlags(keys) }
  const propose = (admin: string, how: string): Promise<unknown> =>
    walk.operation({
      ...{ ...asked, kind: 'add-pending-admin', how, flags: about(admin) },
      readBack: () => says('isPendingAdmin', admin, true),
    })
  await propose(second.operator, 'one who never accepts')
  await walk.operation({
    ...{ ...asked, kind: 'remove-pending-admin', flags: about(second.operator) },
    readBack: () => says('isPendingAdmin', second.operator, false),
  })
  await propose(first.operator, 'one who accepts')
  await walk.operation({
    ...{ kind: 'accept-admin', operator, keys: ecdsaFlags(first), flags: about(first.operator) },
    readBack: () => says('isAdmin', first.operator, true),
  })
  await comeBack(walk, operator, first.operator)
  await walk.operation({
    ...{ ...asked, kind: 'remove-admin', flags: about(first.operator) },
    readBack: async () =>
      `${await says('isAdmin', first.operator, false)}, the operator ${await says('isAdmin', operator, true)}`,
  })
}

/** The operator lost its own rights to its first admin; it is made an admin beside it. */
async function comeBack(walk: Walk, operator: `0x${string}`, admin: `0x${string}`): Promise<void> {
  const { devnet } = walk.room
  const act = (from: `0x${string}`, name: string, args: readonly unknown[]): Promise<unknown> =>
    devnet.mustSend(from, devnet.permissionController, devnet.calldata('PermissionController', name, args))
  await act(admin, 'addPendingAdmin', [operator, operator])
  await act(operator, 'acceptAdmin', [operator])
}
