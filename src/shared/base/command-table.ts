// What is typed behind each command of both programs: the one place that a hint takes a command from.
//
// A word in capitals stands for what a person puts there. `needs` has to be typed, in this order; of terms in one list the first that
// a hint knows, else the first. `may` is what a hint may add. test/docs/commands.test.ts holds each row against the program's own
// command line; the kinds of requests and those of `build` are the same.

/** A term: an argument, or a flag with or without its value; or several, of which one has to be there. */
export type Term = string | readonly string[]

/** What follows a command. */
export interface Row {
  readonly needs: readonly Term[]
  readonly may?: readonly string[]
}

const OPERATOR = '--operator ADDRESS'
const NODE = '--rpc-url URL'
const COORDINATOR = ['--avs NAME', '--registry-coordinator ADDRESS'] as const
const AVS = ['--avs NAME', '--avs-address ADDRESS'] as const
const STAKE_REGISTRY = ['--avs NAME', '--stake-registry ADDRESS'] as const
const SERVICE_MANAGER = '--service-manager ADDRESS'
const QUORUMS = '--quorums LIST'
const SOCKET = '--socket TEXT'
const SETS = '--operator-sets LIST'
const PROOF = ['--operator-id HASH', '--bls-proof RESPONSE'] as const
const APPROVAL = '--churn-approval FILE'
const FROM = '--from ADDRESS'
const ALLOCATIONS = '--allocation-manager ADDRESS'
const CONTROLLER = '--permission-controller ADDRESS'
const DELEGATIONS = '--delegation-manager ADDRESS'
const KEYS = '--key-registrar ADDRESS'
const SIGNING_KEY = '--signing-key ADDRESS'
const APPROVER = '--delegation-approver ADDRESS'
const METADATA = '--metadata-uri URI'
const WINDOW = ['--staker-opt-out-window-blocks BLOCKS', '--earnings-receiver ADDRESS'] as const
const ADMIN = { needs: [OPERATOR, '--admin ADDRESS'], may: [CONTROLLER, FROM] }
const APPOINTEE = {
  needs: [OPERATOR, '--appointee ADDRESS', '--target ADDRESS', '--selector BYTES4'],
  may: [CONTROLLER, FROM],
}

/** What every `build` needs behind its own. */
export const BUILD_NEEDS = [NODE, '-o request.json'] as const

/** What every `build` may have beside its own. */
export const BUILD_MAY = [
  '--expiry 7d',
  '--fee-rungs NUMBER',
  '--gas-limit GAS',
  '--gas-price PRICE',
  '--nonce NUMBER',
  '--owner ADDRESS',
] as const

/** What `build` of each kind needs, and what it may have, beside what all have. */
export const builds = {
  register: { needs: [COORDINATOR, OPERATOR, QUORUMS, SOCKET], may: PROOF },
  deregister: { needs: [COORDINATOR, OPERATOR, QUORUMS] },
  'register-with-churn': { needs: [COORDINATOR, OPERATOR, QUORUMS, SOCKET, PROOF, APPROVAL] },
  'update-socket': { needs: [COORDINATOR, OPERATOR, SOCKET] },
  'cancel-salt': { needs: [OPERATOR, '--salt BYTES32'], may: ['--avs-directory ADDRESS'] },
  'register-as-operator': {
    needs: [OPERATOR, APPROVER, METADATA],
    may: [DELEGATIONS, '--allocation-delay BLOCKS', ...WINDOW],
  },
  'modify-operator-details': { needs: [OPERATOR, APPROVER], may: [DELEGATIONS, FROM, ...WINDOW] },
  'update-metadata-uri': { needs: [OPERATOR, METADATA], may: [DELEGATIONS, FROM] },
  'set-appointee': APPOINTEE,
  'remove-appointee': APPOINTEE,
  'add-pending-admin': ADMIN,
  'remove-pending-admin': ADMIN,
  'accept-admin': { needs: [OPERATOR, '--admin ADDRESS'], may: [CONTROLLER] },
  'remove-admin': ADMIN,
  'register-for-operator-sets': {
    needs: [AVS, OPERATOR, SETS],
    may: [ALLOCATIONS, SOCKET, ...PROOF, APPROVAL, FROM],
  },
  'deregister-from-operator-sets': { needs: [AVS, OPERATOR, SETS], may: [ALLOCATIONS, FROM] },
  'modify-allocations': {
    needs: [AVS, OPERATOR, '--allocation SET:STRATEGY:MAGNITUDE'],
    may: [ALLOCATIONS, FROM],
  },
  'set-allocation-delay': { needs: [OPERATOR, '--delay BLOCKS'], may: [ALLOCATIONS, FROM] },
  'register-key-bn254': {
    needs: [AVS, '--operator-set-id NUMBER', OPERATOR, ['--bls-public-key FILE', '--bls-proof RESPONSE']],
    may: [KEYS, FROM],
  },
  'register-key-ecdsa': {
    needs: [AVS, '--operator-set-id NUMBER', OPERATOR, '--key-address ADDRESS'],
    may: [KEYS, FROM],
  },
  'deregister-key': { needs: [AVS, '--operator-set-id NUMBER', OPERATOR], may: [KEYS, FROM] },
  'register-with-stake-registry': { needs: [STAKE_REGISTRY, OPERATOR, SIGNING_KEY], may: [SERVICE_MANAGER] },
  'update-signing-key': { needs: [STAKE_REGISTRY, OPERATOR, SIGNING_KEY], may: [SERVICE_MANAGER] },
  'deregister-from-stake-registry': { needs: [STAKE_REGISTRY, OPERATOR], may: [SERVICE_MANAGER] },
  'self-transfer': { needs: [OPERATOR] },
} as const satisfies Readonly<Record<string, Row>>

/** The commands of airlock-hot, those of `build` apart. */
export const hot = {
  'avs list': { needs: [] },
  'avs show': { needs: ['NAME'] },
  'break-glass': { needs: ['SEALED'] },
  build: { needs: ['--help'], may: ['KIND'] },
  bundle: { needs: ['REQUESTS', '-o bundle.json'] },
  'evidence verify': { needs: ['FOLDER'] },
  merge: { needs: ['REQUEST', 'RESPONSES', '-o response.json'] },
  'public-key': { needs: ['FILE'] },
  qr: { needs: ['FILE'] },
  'read-back': { needs: ['REQUEST', 'RESPONSE', '--transaction HASH', NODE] },
  safe: { needs: ['REQUEST', '-o safe.json', NODE], may: ['RESPONSE', '--journal FOLDER'] },
  send: {
    needs: ['REQUEST', NODE],
    may: ['RESPONSE', '--receipt FILE', '--journal FOLDER', '--confirmations NUMBER', '--only LIST'],
  },
  show: { needs: ['REQUEST'] },
  status: { needs: [], may: ['--avs NAME', '--registry-coordinator ADDRESS', OPERATOR, NODE] },
  unbundle: { needs: ['BUNDLE', '-o FOLDER'], may: ['RESPONSES'] },
  verify: { needs: ['REQUEST', 'RESPONSE'], may: ['--journal FOLDER'] },
  'wallet answer': { needs: ['REQUEST', '--part NAME', '-o response.json'], may: ['RESPONSES', '--scan PICTURE'] },
  'wallet ask': { needs: ['REQUEST', '--part NAME', '--path PATH', '--fingerprint HEX'], may: ['RESPONSES'] },
} as const satisfies Readonly<Record<string, Row>>

const LEDGER = '--ledger FOLDER'

/** The commands of airlock-cold. */
export const cold = {
  approve: { needs: ['DOCUMENT', '--ecdsa-keystore FILE', '-o approval.json'] },
  freeze: { needs: ['--all', '--reason TEXT'] },
  inspect: { needs: ['REQUEST'] },
  'keys backup': { needs: ['FILES', '-o keys.backup.age'] },
  'keys export': { needs: ['--ecdsa-keystore FILE', '--bls-keystore FILE', '-o public-key.json'] },
  'keys import': { needs: ['NAME', ['--bls', '--ecdsa']], may: ['--words', '--expect PUBLIC'] },
  'keys new': { needs: ['NAME', ['--bls', '--ecdsa']], may: ['--avs NAME'] },
  'keys restore': { needs: ['BACKUP', '--drill'] },
  'ledger export': { needs: ['--all', '-o evidence'] },
  'ledger history': { needs: ['-o history.json'] },
  'ledger import': { needs: ['HISTORY'] },
  'ledger list': { needs: [], may: [LEDGER] },
  'ledger receipt': { needs: ['FILE'] },
  'ledger settle': { needs: ['ENTRY', '--reason TEXT'], may: [LEDGER] },
  'policy adopt': { needs: ['FILE'] },
  'policy explain': { needs: ['--policy FILE'] },
  'policy init': { needs: ['REQUEST', '-o policy.yaml'] },
  qr: { needs: ['FILE'] },
  selftest: { needs: [] },
  sign: {
    needs: [
      'REQUEST',
      '-o response.json',
      ['--keys FOLDER', '--ecdsa-keystore FILE', '--signing-keystore FILE', '--bls-keystore FILE'],
    ],
    may: ['--approval FILE', '--seal'],
  },
  unfreeze: { needs: ['ENTRY', '--reason TEXT'], may: [LEDGER] },
} as const satisfies Readonly<Record<string, Row>>
