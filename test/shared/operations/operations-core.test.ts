// The operations at EigenLayer's DelegationManager and PermissionController: fields, calldata, findings.
//
// The calldata is made again by ethers from ABIs written here; the selectors are those that the contracts' sources give.
import { Interface } from 'ethers'
import { describe, expect, test } from 'vitest'
import { encodeCall } from '../../../src/shared/chain/call.ts'
import { nothingMade } from '../../../src/shared/request/derive.ts'
import { AirlockError } from '../../../src/shared/base/errors.ts'
import type { UnixSeconds } from '../../../src/shared/base/fields.ts'
import { judge } from '../../../src/shared/request/findings.ts'
import { callOf } from '../../../src/shared/operations/operation-kinds.ts'
import { packDocument, unpackDocument } from '../../../src/shared/qr/packed.ts'
import { permittedFunctions } from '../../../src/shared/operation-parts/permitted-functions.ts'
import { decodeRequest, type UnsignedRequest } from '../../../src/shared/request/request.ts'
import {
  ADMIN,
  ALLOCATION_MANAGER,
  APPOINTEE,
  coreRequests,
  DELEGATION_MANAGER,
  OPERATOR,
  PERMISSION_CONTROLLER,
  type CoreRequestName,
} from '../../documents/core-requests.ts'
import { bytesOf, edited, type Json } from '../../documents/canonical.ts'

const ZERO = `0x${'0'.repeat(40)}`
const URI = 'https://operator.example/metadata.json'

const decoded = (json: Json): UnsignedRequest => decodeRequest('testing', bytesOf(json)).request
const clockOf = (name: CoreRequestName): UnixSeconds => (Date.parse(coreRequests[name].against) / 1000) as UnixSeconds
const names = Object.keys(coreRequests) as CoreRequestName[]

/** Each call: to whom, the selector, the ABI by hand, the arguments. */
const calls: Readonly<Record<CoreRequestName, readonly [string, string, string, readonly unknown[]]>> = {
  register_as_operator: [
    DELEGATION_MANAGER,
    '0x2aa6d888',
    'function registerAsOperator(address initDelegationApprover, uint32 allocationDelay, string metadataURI)',
    [ZERO, 1200, URI],
  ],
  register_as_operator_m2: [
    DELEGATION_MANAGER,
    '0x0f589e59',
    'function registerAsOperator(tuple(address earningsReceiver, address delegationApprover, uint32 window) details, string metadataURI)',
    [[OPERATOR, ADMIN, 50_400], URI],
  ],
  modify_operator_details: [
    DELEGATION_MANAGER,
    '0x54b7c96c',
    'function modifyOperatorDetails(address operator, address newDelegationApprover)',
    [OPERATOR, ADMIN],
  ],
  update_metadata_uri: [
    DELEGATION_MANAGER,
    '0x78296ec5',
    'function updateOperatorMetadataURI(address operator, string metadataURI)',
    [OPERATOR, URI],
  ],
  set_appointee: [
    PERMISSION_CONTROLLER,
    '0x950d806e',
    'function setAppointee(address account, address appointee, address target, bytes4 selector)',
    [OPERATOR, APPOINTEE, ALLOCATION_MANAGER, '0x952899ee'],
  ],
  remove_appointee: [
    PERMISSION_CONTROLLER,
    '0x06641201',
    'function removeAppointee(address account, address appointee, address target, bytes4 selector)',
    [OPERATOR, APPOINTEE, ALLOCATION_MANAGER, '0x952899ee'],
  ],
  add_pending_admin: [
    PERMISSION_CONTROLLER,
    '0xeb5a4e87',
    'function addPendingAdmin(address account, address admin)',
    [OPERATOR, ADMIN],
  ],
  remove_pending_admin: [
    PERMISSION_CONTROLLER,
    '0x4f906cf9',
    'function removePendingAdmin(address account, address admin)',
    [OPERATOR, ADMIN],
  ],
  accept_admin: [PERMISSION_CONTROLLER, '0x628806ef', 'function acceptAdmin(address account)', [OPERATOR]],
  remove_admin: [
    PERMISSION_CONTROLLER,
    '0x268959e5',
    'function removeAdmin(address account, address admin)',
    [OPERATOR, ADMIN],
  ],
}

describe.each(names)('%s', (name) => {
  const json = coreRequests[name].json
  const request = decoded(json)

  test('calldata, as ethers makes it', () => {
    const [to, selector, abi, args] = calls[name]
    const call = callOf(request, nothingMade)
    const data = new Interface([abi]).encodeFunctionData(/function (\w+)/.exec(abi)?.[1] ?? '', args)
    expect([call.to, encodeCall(call)]).toEqual([to, data])
    expect(data.slice(0, 10)).toBe(selector)
  })

  test('packed and unpacked, byte by byte', () => {
    expect(unpackDocument(packDocument(bytesOf(json)))).toEqual(Uint8Array.from(bytesOf(json)))
  })

  test('nothing in it is refused, and the gas limit is no unusual one', () => {
    const findings = judge(request, clockOf(name))
    expect(findings.filter(({ level }) => level === 'refusal')).toEqual([])
    expect(findings.map(({ code }) => code)).not.toContain('gas_limit_unusual')
  })
})

describe('M2 forms of the later operations', () => {
  const m2 = { generation: 'm2', delegationApprover: null, earningsReceiver: OPERATOR, stakerOptOutWindowBlocks: 0 }
  const details = ['function modifyOperatorDetails(tuple(address, address, uint32) details)', 'modifyOperatorDetails']
  const uri = ['function updateOperatorMetadataURI(string uri)', 'updateOperatorMetadataURI']
  test.each([
    ['modify_operator_details', { 'operation.details': m2 }, details, [[OPERATOR, ZERO, 0]], '0xf16172b0'],
    ['update_metadata_uri', { 'operation.generation': 'm2', 'transaction.from': null }, uri, [URI], '0x99be81c8'],
  ] as const)('%s', (name, edits, [abi = '', func = ''], args, selector) => {
    const request = decoded(edited<Json>(coreRequests[name].json, edits))
    const data = new Interface([abi]).encodeFunctionData(func, args)
    expect(encodeCall(callOf(request, nothingMade))).toBe(data)
    expect(data.slice(0, 10)).toBe(selector)
    // The sender is the operator there, whoever is permitted.
    expect(codesOf(name, { ...edits, 'transaction.from': APPOINTEE })).toEqual(['field_invalid'])
  })
})

/** The codes of a changed request's refusal. */
function codesOf(name: CoreRequestName, edits: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    decoded(edited<Json>(coreRequests[name].json, edits))
    return []
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error
    return error.problems.map(({ code }) => code)
  }
}

const defects: readonly (readonly [CoreRequestName, Record<string, unknown>, string])[] = [
  ['register_as_operator', { 'operation.details.generation': 'v3' }, 'field_invalid'],
  ['register_as_operator', { 'operation.details.allocationDelay': 2 ** 32 }, 'field_invalid'],
  ['register_as_operator', { 'operation.details.delegationApprover': ZERO }, 'field_invalid'],
  ['register_as_operator', { 'operation.details.stakerOptOutWindowBlocks': 0 }, 'field_unknown'],
  ['register_as_operator', { 'operation.metadataUri': 'https://a.example/\u202egpj' }, 'field_invalid'],
  ['register_as_operator', { 'operation.metadataUri': `https://a.example/${'a'.repeat(1024)}` }, 'field_invalid'],
  ['register_as_operator', { 'transaction.from': APPOINTEE }, 'field_invalid'],
  ['register_as_operator_m2', { 'operation.details.stakerOptOutWindowBlocks': 1_296_001 }, 'field_invalid'],
  ['modify_operator_details', { 'operation.details.allocationDelay': 1 }, 'field_unknown'],
  ['update_metadata_uri', { 'transaction.from': OPERATOR }, 'field_invalid'],
  ['set_appointee', { 'operation.selector': '0x952899EE' }, 'field_invalid'],
  ['set_appointee', { 'operation.selector': '0x952899' }, 'field_invalid'],
  ['set_appointee', { 'operation.target': undefined }, 'field_missing'],
  ['accept_admin', { 'transaction.from': null }, 'field_invalid'],
  ['accept_admin', { 'transaction.from': APPOINTEE }, 'field_invalid'],
  ['accept_admin', { 'operation.admin': OPERATOR }, 'field_invalid'],
]
test.each(defects)('%s with %j is refused: %s', (name, edits, code) => {
  expect(codesOf(name, edits)).toEqual([code])
})

test('the operator may become its own admin, and sends that itself', () => {
  const own = { 'operation.admin': OPERATOR, 'transaction.from': null }
  expect(codesOf('accept_admin', own)).toEqual([])
})

/** What is said of a request: level and code of each finding. */
function saidOf(name: CoreRequestName, edits: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const findings = judge(decoded(edited<Json>(coreRequests[name].json, edits)), clockOf(name))
  return findings.map(({ level, code }) => `${level} ${code}`)
}

describe('what is said', () => {
  const cases: readonly (readonly [CoreRequestName, Record<string, unknown>, string])[] = [
    ['register_as_operator', {}, 'warning operator_for_ever'],
    ['register_as_operator', {}, 'note delegation_open'],
    ['register_as_operator', {}, 'note allocation_delay'],
    ['register_as_operator', { 'operation.details.delegationApprover': ADMIN }, 'warning approver_power'],
    ['register_as_operator', { 'operation.details.delegationApprover': OPERATOR }, 'note approver_is_operator'],
    ['register_as_operator', { 'operation.details.allocationDelay': 216_001 }, 'warning allocation_delay_long'],
    ['register_as_operator', { 'operation.metadataUri': 'http://a.example/m.json' }, 'warning metadata_uri_unusual'],
    ['register_as_operator', { 'operation.metadataUri': '' }, 'warning metadata_uri_unusual'],
    ['register_as_operator', { 'operation.metadataUri': 'ipfs://bafy' }, 'warning metadata_uri_unusual'],
    ['register_as_operator', { 'operation.metadataUri': 'https://localhost/m' }, 'warning metadata_uri_unusual'],
    ['register_as_operator_m2', {}, 'note window_only_grows'],
    ['register_as_operator_m2', { 'operation.details.earningsReceiver': ADMIN }, 'warning earnings_receiver_foreign'],
    ['update_metadata_uri', {}, 'note sent_for_operator'],
    ['set_appointee', {}, 'warning appointee_power'],
    ['set_appointee', {}, 'note permission_unlimited'],
    [
      'set_appointee',
      { 'operation.target': DELEGATION_MANAGER, 'operation.selector': '0x78296ec5' },
      'note appointee_permission',
    ],
    ['set_appointee', { 'operation.target': ADMIN }, 'warning permission_unknown'],
    ['set_appointee', { 'operation.target': DELEGATION_MANAGER }, 'warning permission_unknown'],
    ['set_appointee', { 'operation.target': PERMISSION_CONTROLLER }, 'warning permission_unknown'],
    ['set_appointee', { 'operation.appointee': OPERATOR }, 'warning appointee_is_operator'],
    ['set_appointee', { 'operation.appointee': ZERO }, 'refusal address_zero'],
    ['set_appointee', { 'operation.permissionController': ADMIN }, 'refusal core_contract_foreign'],
    ['remove_appointee', {}, 'note permission_until_mined'],
    ['add_pending_admin', {}, 'warning admin_power'],
    ['add_pending_admin', {}, 'warning operator_loses_rights'],
    ['add_pending_admin', { 'operation.admin': OPERATOR }, 'note operator_keeps_rights'],
    ['accept_admin', {}, 'warning operator_loses_rights'],
    ['remove_admin', { 'operation.admin': OPERATOR }, 'warning operator_loses_rights'],
  ]
  test.each(cases)('%s %j: %s', (name, edits, expected) => {
    expect(saidOf(name, edits)).toContain(expected)
  })

  test('a gateway of IPFS is nothing unusual', () => {
    const gateway = { 'operation.metadataUri': 'https://ipfs.io/ipfs/bafybeigdyrzt/metadata.json' }
    expect(saidOf('register_as_operator', gateway)).not.toContain('warning metadata_uri_unusual')
  })

  test('who accepts is not said to act for the operator', () => {
    expect(saidOf('accept_admin')).not.toContain('note sent_for_operator')
  })
})

test('the selectors of permitted functions are those of the contracts', () => {
  // ethers, from the same signatures; those that the project's facts give stand beside them.
  const given: Readonly<Record<string, string>> = {
    modifyAllocations: '0x952899ee',
    registerForOperatorSets: '0xadc2e3d9',
    deregisterFromOperatorSets: '0x6e3492b5',
    setAllocationDelay: '0x56c483e6',
    modifyOperatorDetails: '0x54b7c96c',
    updateOperatorMetadataURI: '0x78296ec5',
    registerKey: '0xd40cda16',
    deregisterKey: '0x87ab86f4',
  }
  for (const { name, selector, signature } of permittedFunctions) {
    expect(selector).toBe(new Interface([`function ${signature}`]).getFunction(name)?.selector)
    if (given[name] !== undefined) expect(selector).toBe(given[name])
  }
})
