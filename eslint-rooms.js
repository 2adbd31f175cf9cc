// Which room may import which: the one table behind the rules of eslint.config.js. The tables in the READMEs of src/ say the
// same, held by test/docs/rooms.test.ts; docs/architecture.md says why.
import { builtinModules } from 'node:module'

/**
 * The folders of src/, each with those that it may import beside itself and shared/base. What is not named is forbidden.
 * @type {Readonly<Record<string, string>>}
 */
const TABLE = {
  'shared/base': '',
  'shared/chain': '',
  'shared/packing': 'shared/chain',
  'shared/catalogue': 'shared/chain',
  'shared/operation-parts': 'shared/catalogue shared/chain shared/packing',
  'shared/operations': 'shared/operation-parts shared/catalogue shared/chain shared/packing',
  'shared/request': 'shared/operations shared/operation-parts shared/catalogue shared/chain',
  'shared/ledger': 'shared/request shared/operations shared/operation-parts shared/chain',
  'shared/evidence': 'shared/ledger shared/request shared/operations shared/chain',
  'shared/qr': 'shared/ledger shared/request shared/operations shared/operation-parts shared/packing',
  'shared/wallet': 'shared/qr shared/request shared/operation-parts shared/chain',

  local: 'shared/evidence shared/qr shared/request',
  page: 'shared/qr',

  'cold/machine': 'local',
  'cold/keystore': 'local shared/request shared/operations shared/chain',
  'cold/validate': 'shared/request shared/operation-parts shared/chain',
  'cold/mnemonic': 'cold/keystore local shared/chain',
  'cold/ledger': 'cold/machine cold/validate local shared/ledger shared/request shared/operations',
  'cold/policy':
    'cold/ledger cold/machine cold/validate local shared/ledger shared/request shared/operations shared/operation-parts shared/catalogue shared/chain',
  'cold/signing':
    'cold/keystore cold/ledger cold/machine cold/policy cold/validate local shared/qr shared/ledger shared/request shared/operations shared/operation-parts shared/chain',
  'cold/keys': 'cold/keystore cold/mnemonic cold/signing local shared/request shared/chain',
  'cold/approvals': 'cold/keystore cold/ledger cold/policy cold/signing local shared/ledger shared/request',
  'cold/evidence': 'cold/ledger local shared/evidence shared/ledger shared/request shared/chain',
  'cold/selftest':
    'cold/keystore cold/signing cold/validate local shared/ledger shared/request shared/operations shared/operation-parts shared/catalogue shared/chain vectors/known-answers',
  'cold/doctor':
    'cold/keys cold/ledger cold/machine cold/policy cold/selftest cold/signing cold/validate local shared/catalogue',

  'hot/rpc': 'local shared/chain',
  'hot/scan': 'local shared/qr',
  'hot/seen': 'local shared/catalogue shared/chain',
  'hot/journal': 'local shared/request shared/operations',
  'hot/verify': 'hot/rpc shared/request shared/chain',
  'hot/build':
    'hot/journal hot/rpc hot/scan hot/seen hot/verify local shared/ledger shared/request shared/operations shared/operation-parts shared/catalogue shared/chain',
  'hot/eigenlayer': 'hot/build hot/rpc hot/verify local shared/operations shared/operation-parts',
  'hot/m2':
    'hot/build hot/eigenlayer hot/rpc hot/scan hot/verify local shared/ledger shared/request shared/operations shared/operation-parts shared/catalogue shared/chain',
  'hot/operator-sets':
    'hot/build hot/eigenlayer hot/m2 hot/rpc hot/verify local shared/operations shared/operation-parts shared/chain',
  'hot/key-registrar':
    'hot/build hot/eigenlayer hot/m2 hot/rpc hot/scan local shared/request shared/operations shared/operation-parts shared/catalogue shared/chain',
  'hot/send':
    'hot/build hot/eigenlayer hot/journal hot/key-registrar hot/m2 hot/operator-sets hot/rpc hot/scan hot/seen hot/verify local shared/ledger shared/qr shared/request shared/operations',
  'hot/status':
    'hot/build hot/journal hot/m2 hot/rpc hot/send hot/verify local shared/request shared/operations shared/operation-parts shared/catalogue shared/chain',
  'hot/split-signing': 'hot/scan hot/send local shared/qr shared/request shared/wallet',
}

/** The rooms that may ask sign.ts for a signature; the self-test holds it against known answers. */
const SIGNERS = ['cold/signing', 'cold/keys', 'cold/approvals', 'cold/selftest']

/** The rooms that never see a key file: what they say of a request does not depend on a secret. */
const KEYLESS = ['cold/machine', 'cold/policy', 'cold/ledger']

/** The walls: their own files, the programs, may import any room of theirs, and no room imports them. */
const WALLS = ['cold', 'hot']

/** Built-ins of Node, which shared and page do without. */
const NODE = builtinModules.flatMap((name) => [name, `node:${name}`])

/**
 * The rooms of the table, each with what it may import beside itself.
 * @type {ReadonlyMap<string, readonly string[]>}
 */
export const ROOMS = new Map(
  Object.entries(TABLE).map(([room, others]) => [
    room,
    [...(room === 'shared/base' ? [] : ['shared/base']), ...others.split(' ').filter((other) => other !== '')],
  ]),
)

/**
 * What may be imported by the files of a folder of src/.
 * @param {string} folder
 * @returns {readonly string[]}
 */
const allowed = (folder) =>
  ROOMS.get(folder) ??
  [...ROOMS.keys()].filter((room) => ['local', 'shared', folder].includes(room.split('/')[0] ?? ''))

/**
 * How a folder of src/ spells the beginning of an import from another: the shortest way, from the wall or from the root.
 * @param {string} folder
 * @param {string} other
 * @returns {string}
 */
function spelled(folder, other) {
  const wall = folder.split('/')[0] ?? ''
  const isRoom = folder.includes('/')
  if (other.startsWith(`${wall}/`)) return (isRoom ? '../' : './') + other.slice(wall.length + 1)
  const toSource = isRoom ? '../../' : '../'
  return toSource + (other.startsWith('vectors/') ? '../' : '') + other
}

/**
 * The rule for one folder of src/: nothing relative but from where it may.
 * @param {string} folder
 * @returns {import('eslint').Linter.RulesRecord}
 */
export function importsOf(folder) {
  const rooms = allowed(folder)
  const ways = rooms.map((other) => spelled(folder, other).replaceAll('.', '\\.')).join('|')
  const pure = folder === 'page' || folder.startsWith('shared/')
  const sees = rooms.length === 0 ? 'nothing' : rooms.join(', ')
  const beside = ways === '' ? '' : `(?!(?:${ways})/[^/]+$)`
  const patterns = [{ regex: `^(?!\\./[^/]+$)${beside}\\.`, message: `${folder} may import ${sees} (eslint-rooms.js)` }]
  if (!SIGNERS.includes(folder)) {
    patterns.push({ regex: '/signing/sign\\.ts$', message: `sign.ts is for ${SIGNERS.join(', ')} alone` })
  }
  if (KEYLESS.includes(folder)) {
    patterns.push({ regex: '/keystore/', message: `${KEYLESS.join(', ')} never see a key file` })
  }
  return { 'no-restricted-imports': ['error', { paths: pure ? NODE : [], patterns }] }
}

/**
 * One rule for each room, and one for the files beside the rooms of a wall.
 * @type {readonly import('eslint').Linter.Config[]}
 */
export const roomRules = [...WALLS, ...ROOMS.keys()].map((folder) => ({
  files: [`src/${folder}/*`],
  rules: importsOf(folder),
}))
