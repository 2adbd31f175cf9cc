// The command that builds a request again: for every kind of operation, a shell takes it apart and the program's own parser takes
// it, and what it was given is what the request has.
//
// Requests are plain documents: those of vectors/requests, and others written here. What each flag must hold is written here too.
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { hotProgram } from '../../../src/hot/cli.ts'
import { buildAgainLine } from '../../../src/shared/request/build-again.ts'
import { operationKinds } from '../../../src/shared/operations/operation-kinds.ts'
import { decodeRequest, type UnsignedRequest } from '../../../src/shared/request/request.ts'
import {
  coreRequests,
  requestFor,
  ADMIN,
  ALLOCATION_MANAGER,
  APPOINTEE,
  OPERATOR,
} from '../../documents/core-requests.ts'
import { bytesOf, edited, type Json } from '../../documents/canonical.ts'
import { registration } from '../../documents/documents.ts'
import { keysRequests } from '../../documents/keys-requests.ts'
import { requests } from '../../documents/valid-requests.ts'

const decoded = (json: Json): UnsignedRequest => decodeRequest('testing', bytesOf(json)).request
const URL = 'http://127.0.0.1:8545'

/** The words that a shell makes of a command. */
function words(command: string): readonly string[] {
  const script = `airlock-hot() { printf '%s\\0' "$@"; }; ${command}`
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

/** What the parser makes of a command of `build`; its action is not run. */
async function parsed(command: string): Promise<{ kind: string; options: Record<string, unknown> }> {
  const argv = words(command.replace('--rpc-url URL', `--rpc-url ${URL}`))
  const program = hotProgram()
  const build = program.commands.find((each) => each.name() === 'build')
  const kind = argv[1] ?? ''
  const chosen = build?.commands.find((each) => each.name() === kind)
  if (chosen === undefined) throw new Error(`no command builds ${kind}`)
  const run: Record<string, unknown>[] = []
  chosen.action((given: Record<string, unknown>) => void run.push(given))
  await program.parseAsync([...argv], { from: 'user' })
  const [options] = run
  if (options === undefined) throw new Error('the command was not run')
  return { kind, options }
}

const coordinator = registration(1).request.operation.registryCoordinator
const serviceManager = registration(1).request.operation.serviceManager
const AVS = '0x9FC952BdCbB7Daca7d420fA55b942405B073A89d'
const STRATEGY = '0x93c4b944D05dfe6df7645A86cd2206016c51564D'
const SALT = `0x${'5a17'.repeat(16)}`
const operatorId = registration(1).operatorId

const m2 = (operation: Record<string, Json>): Json => ({
  ...(requestFor({ ...operation }).json as Record<string, Json>),
  ...{ chainId: 31337, transaction: { ...TRANSACTION, gasLimit: 400_000 } },
})
const TRANSACTION = {
  fees: [{ maxFeePerGas: '30000000000', maxPriorityFeePerGas: '1000000000' }],
  from: null,
  nonce: 4,
}
const sets = { allocationManager: ALLOCATION_MANAGER, avs: AVS }
const churn = (kicks: Json): Json => ({
  ...{ approver: ADMIN, approverIsContract: true, expiry: 1_795_300_000, kicks, salt: SALT, signature: '0x' },
})
const kicks = [{ operator: APPOINTEE, quorum: 0 }]
const setRegistration = (given: Json): Json =>
  m2({ kind: 'register-for-operator-sets', ...sets, operatorSets: [0, 7], registrar: coordinator, registration: given })

type Expected = Readonly<Record<string, unknown>>
const cases: readonly (readonly [named: string, json: Json, expected: Expected])[] = [
  [
    'a registration',
    requests.register_two_quorums.json,
    { registryCoordinator: registration(3).request.operation.registryCoordinator, quorums: [0, 1] },
  ],
  ['with its BLS key named', requests.register_operator_id.json, { registryCoordinator: coordinator, operatorId }],
  ['with a proof that it carries', requests.register_proof_carried.json, { blsProof: 'FILE' }],
  ['with three rungs', requests.register_three_rungs.json, { feeRungs: 3 }],
  ['with an empty socket', requests.register_socket_empty.json, { socket: '' }],
  [
    'with a socket that is not ASCII',
    requests.register_socket_unicode.json,
    { socket: requests.register_socket_unicode.json.operation.socket },
  ],
  [
    'with a socket that a shell would run',
    edited(requests.register_valid.json, { 'operation.socket': "a';touch /x;'$(id)`id`\\!é'" }),
    { socket: "a';touch /x;'$(id)`id`\\!é'" },
  ],
  [
    'with churn',
    edited(registration(1).request, {
      'operation.kind': 'register-with-churn',
      'operation.churn': churn(kicks),
      'operation.operatorId': operatorId,
      'operation.pubkeyRegistration.operatorId': operatorId,
      'operation.quorums': [0],
    }),
    { registryCoordinator: coordinator, churnApproval: 'FILE', operatorId, quorums: [0] },
  ],
  [
    'with churn, of an operator whose key the contract has',
    edited(registration(1).request, {
      'operation.kind': 'register-with-churn',
      'operation.churn': churn(kicks),
      'operation.operatorId': operatorId,
      'operation.pubkeyRegistration': null,
      'operation.quorums': [0],
    }),
    { churnApproval: 'FILE', operatorId },
  ],
  [
    'with churn and a proof that it carries',
    edited(requests.register_proof_carried.json, {
      'operation.kind': 'register-with-churn',
      'operation.churn': churn(kicks),
      'operation.operatorId': operatorId,
      'operation.quorums': [0],
    }),
    { churnApproval: 'FILE', blsProof: 'FILE' },
  ],
  [
    'a deregistration',
    m2({ kind: 'deregister', quorums: [1, 4], registryCoordinator: coordinator, serviceManager }),
    { registryCoordinator: coordinator, quorums: [1, 4] },
  ],
  [
    'another socket',
    m2({ kind: 'update-socket', registryCoordinator: coordinator, serviceManager, socket: '203.0.113.8:1;2' }),
    { registryCoordinator: coordinator, socket: '203.0.113.8:1;2' },
  ],
  [
    'a salt cancelled, at a directory that the catalogue does not know',
    m2({ kind: 'cancel-salt', avsDirectory: coordinator, salt: SALT }),
    { salt: SALT, avsDirectory: coordinator },
  ],
  ['a transfer to oneself', m2({ kind: 'self-transfer' }), { nonce: 4 }],
  [
    'operator sets, with a coordinator',
    setRegistration({ type: 'normal', pubkeyRegistration: { from: 'signer', operatorId }, socket: 'a b' }),
    { avsAddress: AVS, operatorSets: [0, 7], socket: 'a b', operatorId, allocationManager: ALLOCATION_MANAGER },
  ],
  [
    'operator sets, with churn',
    setRegistration({
      ...{ type: 'churn', operatorId, pubkeyRegistration: null, socket: 'a' },
      churnApproval: churn([kicks[0] ?? null, { operator: ADMIN, quorum: 7 }]),
    }),
    { socket: 'a', operatorId, churnApproval: 'FILE' },
  ],
  ['operator sets, with a socket', setRegistration({ type: 'socket', socket: 'a' }), { avsAddress: AVS, socket: 'a' }],
  ['operator sets, with nothing', setRegistration({ type: 'empty' }), { avsAddress: AVS, operatorSets: [0, 7] }],
  [
    'out of operator sets',
    m2({ kind: 'deregister-from-operator-sets', ...sets, deallocationDelay: 9, operatorSets: [3] }),
    { avsAddress: AVS, operatorSets: [3] },
  ],
  [
    'a delay of allocations',
    m2({ kind: 'set-allocation-delay', allocationManager: AVS, configurationDelay: 9, delay: 7200 }),
    { allocationManager: AVS, delay: 7200 },
  ],
  ['an operator', coreRequests.register_as_operator.json, { delegationApprover: 'none', allocationDelay: 1200 }],
  [
    'an operator of M2',
    coreRequests.register_as_operator_m2.json,
    { delegationApprover: ADMIN, earningsReceiver: OPERATOR },
  ],
  ["an operator's details", coreRequests.modify_operator_details.json, {}],
  [
    'metadata',
    coreRequests.update_metadata_uri.json,
    { metadataUri: 'https://operator.example/metadata.json', delegationManager: undefined },
  ],
  [
    'a permission',
    coreRequests.set_appointee.json,
    { appointee: APPOINTEE, selector: '0x952899ee', target: { address: ALLOCATION_MANAGER }, from: undefined },
  ],
  ['a permission taken', coreRequests.remove_appointee.json, { appointee: APPOINTEE, selector: '0x952899ee' }],
  ['an admin proposed', coreRequests.add_pending_admin.json, { admin: ADMIN, permissionController: undefined }],
  ['a proposal taken back, by another', coreRequests.remove_pending_admin.json, { admin: ADMIN, from: APPOINTEE }],
  ['an admin accepts', coreRequests.accept_admin.json, { admin: ADMIN, from: undefined }],
  ['an admin removed', coreRequests.remove_admin.json, { admin: ADMIN }],
  ['a BLS key', keysRequests.register_key_bn254.json, { blsPublicKey: 'FILE', blsProof: undefined }],
  ['a BLS key with its proof', keysRequests.register_key_bn254_carried.json, { blsProof: 'FILE' }],
  ['an ECDSA key', keysRequests.register_key_ecdsa.json, ofSet(keysRequests.register_key_ecdsa.json, 'keyAddress')],
  ['a key taken out', keysRequests.deregister_key.json, ofSet(keysRequests.deregister_key.json)],
  ...(['register_with_stake_registry', 'update_signing_key'] as const).map(
    (name) => [name, keysRequests[name].json, ofRegistry(keysRequests[name].json, 'signingKey')] as const,
  ),
  [
    'out of a stake registry',
    keysRequests.deregister_from_stake_registry.json,
    ofRegistry(keysRequests.deregister_from_stake_registry.json),
  ],
]

function operationIn(json: Json): Record<string, Json> {
  return (json as { operation: Record<string, Json> }).operation
}

function ofSet(json: Json, ...more: readonly string[]): Expected {
  const { avs, operatorSet, keyRegistrar, ...others } = operationIn(json)
  return { avsAddress: avs, operatorSetId: operatorSet, keyRegistrar, ...picked(others, more) }
}

function ofRegistry(json: Json, ...more: readonly string[]): Expected {
  return picked(operationIn(json), ['stakeRegistry', 'serviceManager', ...more])
}

function picked(from: Expected, names: readonly string[]): Expected {
  return Object.fromEntries(names.map((name) => [name, from[name]]))
}

test.for(cases)('%s', async ([, json, expected]) => {
  const request = decoded(json)
  const { kind, options } = await parsed(buildAgainLine(request))
  const { operator } = request.operation
  expect(kind).toBe(request.operation.kind)
  const all = { operator, rpcUrl: [URL], output: 'request.json', salt: undefined, ...expected }
  expect(picked(options, Object.keys(all))).toEqual(all)
})

test('allocations, each with its exact magnitude', async () => {
  const strategies = [
    { current: '0', magnitude: '250000000000000001', maximum: '1000000000000000000', strategy: STRATEGY },
  ]
  const json = m2({
    ...{ kind: 'modify-allocations', ...sets, allocationDelay: 9, deallocationDelay: 9 },
    sets: [1, 2].map((id) => ({ id, strategies })),
  })
  const { options } = await parsed(buildAgainLine(decoded(json)))
  const given = options['allocation'] as { id: number; strategy: string; magnitude: (maximum: bigint) => bigint }[]
  const whole = given.map(({ id, strategy, magnitude }) => [id, strategy, magnitude(10n ** 18n)])
  expect(whole).toEqual([1, 2].map((id) => [id, STRATEGY, 250_000_000_000_000_001n]))
})

test('a limit of gas that no build chooses by itself is chosen again', async () => {
  const json = edited(requests.register_valid.json, { 'transaction.gasLimit': 3_000_000 })
  expect((await parsed(buildAgainLine(decoded(json)))).options['gasLimit']).toBe(3_000_000)
})

test('every kind of operation is here', () => {
  const kinds = new Set([...cases.map(([, json]) => operationIn(json)['kind']), 'modify-allocations'])
  expect(operationKinds.filter((kind) => !kinds.has(kind))).toEqual([])
})
