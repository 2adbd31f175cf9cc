// The command that builds a request again, with a new nonce and expiry, as hints and `status` print it: every flag that its operation needs.
//
// A salt is drawn anew, unless the operation is about one.
import type { BlsProof } from '../operation-parts/bls-proof.ts'
import type { Address } from '../base/fields.ts'
import { gasFarAbove } from '../operation-parts/gas.ts'
import { gasOf, type AnyOperation } from '../operations/operation-kinds.ts'
import type { RegisterOperation } from '../operations/register.ts'
import type { ModifyAllocationsOperation } from '../operations/modify-allocations.ts'
import type { InitialDetails, LaterDetails, M2Details } from '../operation-parts/operator-details.ts'
import type { PermissionFields, AdminFields } from '../operation-parts/permissions.ts'
import { buildWith, type Flag } from '../base/commands.ts'
import { allocationManagerFlag, coreFlag, type Place } from '../catalogue/core-flag.ts'
import { senderOf, type UnsignedRequest } from './request.ts'
import type { SetRegistration } from '../operation-parts/set-registration.ts'

/** The flags of an operation: what is acted on first, the operator, what is wished. */
interface Flags {
  readonly place: readonly Flag[]
  readonly wish: readonly Flag[]
}

const FILE = 'FILE'

const coordinator = ({ registryCoordinator }: { readonly registryCoordinator: Address }): readonly Flag[] => [
  ['--registry-coordinator', registryCoordinator],
]

const proofFlags = (proof: BlsProof | null): readonly Flag[] => {
  if (proof === null) return []
  return proof.from === 'request'
    ? [['--bls-proof', FILE]]
    : [proof.operatorId === null ? null : ['--operator-id', proof.operatorId]]
}

const registerFlags = ({ quorums, socket }: Pick<RegisterOperation, 'quorums' | 'socket'>): readonly Flag[] => [
  ['--quorums', quorums.join(',')],
  ['--socket', socket],
]

interface SetsFields {
  readonly avs: Address
  readonly allocationManager: Address
}

const allocationManager = (fields: Pick<SetsFields, 'allocationManager'>, place: Place): Flag =>
  allocationManagerFlag(fields.allocationManager, place)

const setsPlace = (fields: SetsFields, place: Place): readonly Flag[] => [
  ['--avs-address', fields.avs],
  allocationManager(fields, place),
]

function setRegistrationFlags(registration: SetRegistration): readonly Flag[] {
  const socket: readonly Flag[] = 'socket' in registration ? [['--socket', registration.socket]] : []
  if (!('pubkeyRegistration' in registration)) return socket
  const proof = proofFlags(registration.pubkeyRegistration)
  if (registration.type === 'normal') return [...socket, ...proof]
  return [...socket, ...churnFlags(registration)]
}

/** An approval is for one BLS key, which has to be named even where the contract knows it. */
function churnFlags({
  operatorId,
  pubkeyRegistration,
}: Pick<ChurnFields, 'operatorId' | 'pubkeyRegistration'>): Flag[] {
  const key: Flag = pubkeyRegistration?.from === 'request' ? ['--bls-proof', FILE] : ['--operator-id', operatorId]
  return [key, ['--churn-approval', FILE]]
}

type ChurnFields = Extract<AnyOperation, { kind: 'register-with-churn' }>

interface KeyPlace {
  readonly avs: Address
  readonly keyRegistrar: Address
  readonly operatorSet: number
}

const keyPlace = ({ avs, keyRegistrar, operatorSet }: KeyPlace, place: Place): readonly Flag[] => [
  ['--avs-address', avs],
  ['--operator-set-id', operatorSet],
  coreFlag('--key-registrar', 'KeyRegistrar', keyRegistrar, place),
]

interface StakeRegistryPlace {
  readonly stakeRegistry: Address
  readonly serviceManager: Address
}

const stakeRegistryPlace = ({ stakeRegistry, serviceManager }: StakeRegistryPlace): readonly Flag[] => [
  ['--stake-registry', stakeRegistry],
  ['--service-manager', serviceManager],
]

const signingKey = (fields: { readonly signingKey: Address }): readonly Flag[] => [['--signing-key', fields.signingKey]]

const manager = ({ delegationManager }: { readonly delegationManager: Address }, place: Place): readonly Flag[] => [
  coreFlag('--delegation-manager', 'DelegationManager', delegationManager, place),
]

const detailsFlags = (details: M2Details | InitialDetails | LaterDetails): readonly Flag[] => [
  ['--delegation-approver', details.delegationApprover ?? 'none'],
  'allocationDelay' in details ? ['--allocation-delay', details.allocationDelay] : null,
  ...('stakerOptOutWindowBlocks' in details
    ? ([
        ['--staker-opt-out-window-blocks', details.stakerOptOutWindowBlocks],
        ['--earnings-receiver', details.earningsReceiver],
      ] as const)
    : []),
]

interface ControllerPlace {
  readonly permissionController: Address
}

const controller = ({ permissionController }: ControllerPlace, place: Place): readonly Flag[] => [
  coreFlag('--permission-controller', 'PermissionController', permissionController, place),
]

const permissionFlags = (fields: PermissionFields, place: Place): Flags => ({
  place: controller(fields, place),
  wish: [
    ['--appointee', fields.appointee],
    ['--target', fields.target],
    ['--selector', fields.selector],
  ],
})

const adminFlags = (fields: AdminFields, place: Place): Flags => ({
  place: controller(fields, place),
  wish: [['--admin', fields.admin]],
})

const allocationFlags = ({ sets }: ModifyAllocationsOperation): readonly Flag[] =>
  sets.flatMap(({ id, strategies }) =>
    strategies.map(({ strategy, magnitude }): Flag => ['--allocation', `${id}:${strategy}:${magnitude}`]),
  )

const flags: {
  readonly [Kind in AnyOperation['kind']]: (fields: Extract<AnyOperation, { kind: Kind }>, place: Place) => Flags
} = {
  register: (fields) => ({
    place: coordinator(fields),
    wish: [...registerFlags(fields), ...proofFlags(fields.pubkeyRegistration)],
  }),
  deregister: (fields) => ({ place: coordinator(fields), wish: [['--quorums', fields.quorums.join(',')]] }),
  'register-with-churn': (fields) => ({
    place: coordinator(fields),
    wish: [...registerFlags(fields), ...churnFlags(fields)],
  }),
  'update-socket': (fields) => ({ place: coordinator(fields), wish: [['--socket', fields.socket]] }),
  'cancel-salt': (fields, place) => ({
    place: [coreFlag('--avs-directory', 'AVSDirectory', fields.avsDirectory, place)],
    wish: [['--salt', fields.salt]],
  }),
  'register-as-operator': (fields, place) => ({
    place: manager(fields, place),
    wish: [...detailsFlags(fields.details), ['--metadata-uri', fields.metadataUri]],
  }),
  'modify-operator-details': (fields, place) => ({ place: manager(fields, place), wish: detailsFlags(fields.details) }),
  'update-metadata-uri': (fields, place) => ({
    place: manager(fields, place),
    wish: [['--metadata-uri', fields.metadataUri]],
  }),
  'set-appointee': permissionFlags,
  'remove-appointee': permissionFlags,
  'add-pending-admin': adminFlags,
  'remove-pending-admin': adminFlags,
  'accept-admin': adminFlags,
  'remove-admin': adminFlags,
  'register-for-operator-sets': (fields, place) => ({
    place: setsPlace(fields, place),
    wish: [['--operator-sets', fields.operatorSets.join(',')], ...setRegistrationFlags(fields.registration)],
  }),
  'deregister-from-operator-sets': (fields, place) => ({
    place: setsPlace(fields, place),
    wish: [['--operator-sets', fields.operatorSets.join(',')]],
  }),
  'modify-allocations': (fields, place) => ({ place: setsPlace(fields, place), wish: allocationFlags(fields) }),
  'set-allocation-delay': (fields, place) => ({
    place: [allocationManager(fields, place)],
    wish: [['--delay', fields.delay]],
  }),
  'register-key-bn254': (fields, place) => ({
    place: keyPlace(fields, place),
    wish: [[fields.signature === null ? '--bls-public-key' : '--bls-proof', FILE]],
  }),
  'register-key-ecdsa': (fields, place) => ({
    place: keyPlace(fields, place),
    wish: [['--key-address', fields.keyAddress]],
  }),
  'deregister-key': (fields, place) => ({ place: keyPlace(fields, place), wish: [] }),
  'register-with-stake-registry': (fields) => ({ place: stakeRegistryPlace(fields), wish: signingKey(fields) }),
  'update-signing-key': (fields) => ({ place: stakeRegistryPlace(fields), wish: signingKey(fields) }),
  'deregister-from-stake-registry': (fields) => ({ place: stakeRegistryPlace(fields), wish: [] }),
  'self-transfer': () => ({ place: [], wish: [] }),
}

/** What of the transaction was chosen by a person, but for its nonce, its prices: a gas limit, if no build chooses it by itself. */
function transactionFlags(request: UnsignedRequest): readonly Flag[] {
  const { operation, transaction } = request
  if (transaction === null) {
    const signer = ('operatorSignature' in operation && operation.operatorSignature?.signer) || null
    return [signer && ['--owner', signer.address]]
  }
  const { fees, gasLimit, nonce } = transaction
  const gas = gasOf(request)
  const sender = senderOf(request)
  return [
    // An acceptance has one possible sender, and no flag for it.
    sender === null || sender === operation.operator || operation.kind === 'accept-admin' ? null : ['--from', sender],
    fees.length === 1 ? null : ['--fee-rungs', fees.length],
    gasLimit >= gas.least && gasLimit <= gasFarAbove(gas) ? null : ['--gas-limit', gasLimit],
    // Its nonce is all that a transfer to oneself is about.
    operation.kind === 'self-transfer' ? ['--nonce', nonce] : null,
  ]
}

/**
 * The command that builds the same again, with a new nonce and expiry.
 *
 * @param more flags that come with it, in place of those of the same name
 */
export function buildAgainLine(request: UnsignedRequest, more: readonly Flag[] = []): string {
  const { operation } = request
  const flagsOf = flags[operation.kind] as (fields: AnyOperation, place: Place) => Flags
  const { place, wish } = flagsOf(operation, request)
  const all = [...place, ['--operator', operation.operator] as const, ...wish, ...transactionFlags(request)]
  const kept = all.filter((flag) => more.every((other) => other?.[0] !== flag?.[0]))
  return buildWith(operation.kind, [...kept, ...more])
}
