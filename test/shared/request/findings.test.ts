// Each finding by a request that gives it, and by a neighbour that does not.
import { describe, expect, it } from 'vitest'
import type { Finding, FindingCode } from '../../../src/shared/base/finding.ts'
import { judge, refusals } from '../../../src/shared/request/findings.ts'
import type { UnixSeconds } from '../../../src/shared/base/fields.ts'
import { decodeRequest } from '../../../src/shared/request/request.ts'
import { churnAnswer } from '../../documents/coordinator-requests.ts'
import type { CoreFinding } from '../../documents/core-requests.ts'
import { validCase, type ValidName } from '../../documents/all-requests.ts'
import { bytesOf, edited, type Json } from '../../documents/canonical.ts'
import type { RequestJson } from '../../documents/documents.ts'
import { known } from '../cases/request-judged-cases.ts'
import { requests } from '../../documents/valid-requests.ts'

const { register_valid, register_mainnet, register_proof_carried, register_again, register_add_quorum } = requests
const { register_contract_operator, register_no_transaction } = requests
const DAY = 86_400
const EXPIRY = register_valid.json.expiry
const BUILT = register_valid.json.block.timestamp

/** A request and the clock that it is judged by; an hour after its block unless told otherwise. */
interface Judged {
  readonly json: Json
  readonly clock: number
}
type Edits = Readonly<Record<string, unknown>>

const local = (edits: Edits = {}, clock?: number): Judged => of(register_valid.json, edits, clock)
const onMainnet = (edits: Edits = {}, clock?: number): Judged => of(register_mainnet.json, edits, clock)
function of(base: RequestJson, edits: Edits = {}, clock?: number): Judged {
  const json = edited(base, edits)
  return { json, clock: clock ?? json.block.timestamp + 600 }
}

/** A request of all-requests.ts, by the clock that it is for. */
function named(name: ValidName, edits: Edits = {}, clock?: string): Judged {
  const { against, json } = validCase(name)
  return { json: edited<Json>(json, edits), clock: Date.parse(clock ?? against) / 1000 }
}

const findings = ({ json, clock }: Judged): readonly Finding[] =>
  judge(decodeRequest('testing', bytesOf(json)).request, clock as UnixSeconds)
const codesOf = (judged: Judged): string[] => findings(judged).map(({ code }) => code)

const SALT = 'operation.operatorSignature.salt'
const VERSION = 'operation.operatorSignature.domainVersion'
const GAS = 'transaction.gasLimit'
const FEE = 'transaction.fees.0.maxFeePerGas'
const SOCKET = 'operation.socket'
const holesky = {
  'operation.registryCoordinator': '0x53012C69A189cfA2D9d29eb6F19B32e0A2EA3490',
  'operation.serviceManager': '0xD4A7E1Bd8015057293f0D0A557088c286942e84b',
}

const MAGNITUDE = 'operation.sets.0.strategies.0.magnitude'
const operatorIn = (name: ValidName): string => (validCase(name).json['operation'] as { operator: string }).operator

/** The end of the churn approval, and a request of a block some time before it. */
const CHURN_ENDS = Number(churnAnswer?.expiry)
const churning = (clock: number): readonly Judged[] => {
  const times = { 'block.timestamp': clock, expiry: clock + 7 * DAY }
  return [{ json: edited<Json>(validCase('register_with_churn').json, times), clock }]
}

interface Example {
  readonly level: Finding['level']
  readonly given: readonly Judged[]
  readonly not: readonly Judged[]
}

/**
 * The type makes sure that no finding is left out but those that need a ledger, what is known of one, a machine, or (the last)
 * an operation at EigenLayer's DelegationManager or PermissionController: operations-core.test.ts causes those.
 */
type Elsewhere =
  | 'registration_repeated'
  | 'nonce_shared'
  | 'network_unknown'
  | 'anchor_older'
  | 'history_missing'
  | 'code_changed'
  | 'code_unread'
  | 'implementation_unexpected'
  | CoreFinding
const examples: Readonly<Record<Exclude<FindingCode, Elsewhere>, Example>> = {
  avs_unknown: {
    level: 'warning',
    given: [
      local(),
      onMainnet({
        'operation.registryCoordinator': known.unknown,
        'operation.serviceManager': register_valid.json.operation.operator,
      }),
    ],
    not: [onMainnet(), onMainnet({ 'operation.serviceManager': known.unknown })],
  },
  address_elsewhere: {
    level: 'warning',
    given: [onMainnet(holesky), onMainnet({ 'operation.operator': holesky['operation.serviceManager'] })],
    not: [onMainnet(), local()],
  },
  chain_unknown: {
    level: 'warning',
    given: [local({ chainId: 424_242 }), local({ chainId: 5 })],
    not: [local(), onMainnet(), local({ chainId: 11_155_111 }), local({ chainId: 560_048 })],
  },
  chain_retired: { level: 'warning', given: [local({ chainId: 17_000 })], not: [local(), onMainnet()] },
  clock_behind: {
    level: 'warning',
    given: [local({}, BUILT - 901), local({}, 1)],
    not: [local({}, BUILT - 900), local({}, BUILT + DAY)],
  },
  request_old: {
    level: 'warning',
    given: [local({}, BUILT + 2 * DAY + 1)],
    not: [local({}, BUILT + 2 * DAY), local({}, BUILT - DAY)],
  },
  expiry_far: {
    level: 'warning',
    given: [local({ 'block.timestamp': EXPIRY - 31 * DAY - 1 }), local({ 'block.timestamp': EXPIRY - 366 * DAY })],
    not: [local({ 'block.timestamp': EXPIRY - 31 * DAY }), local({ 'block.timestamp': EXPIRY - 366 * DAY - 1 })],
  },
  domain_version_unexpected: {
    level: 'warning',
    given: [onMainnet({ [VERSION]: null }), onMainnet({ [VERSION]: '1.' }), onMainnet({ [VERSION]: 'v1' })],
    not: [
      onMainnet(),
      local(),
      onMainnet({ 'operation.operatorSignature.avsDirectory': known.unknown, [VERSION]: null }),
    ],
  },
  fee_high: {
    level: 'warning',
    given: [local({ [FEE]: '50000000001' }), local({ [FEE]: '500000000000' })],
    not: [local({ [FEE]: '50000000000' }), local({ [FEE]: '500000000001' })],
  },
  gas_limit_unusual: {
    level: 'warning',
    given: [
      // The least of vectors/gas.json for one quorum, two, one that is joined again and one more; far above the dearest of each.
      ...[780_000, 3_000_000, 21_000].map((gas) => local({ [GAS]: gas })),
      ...[1_040_000, 4_000_000].map((gas) => local({ 'operation.quorums': [0, 1], [GAS]: gas })),
      ...[440_000, 2_000_000].map((gas) => of(register_again.json, { [GAS]: gas })),
      ...[400_000, 1_800_000].map((gas) => of(register_add_quorum.json, { [GAS]: gas })),
    ],
    not: [
      ...[785_873, 2_500_000].map((gas) => local({ [GAS]: gas })),
      ...[1_059_533, 3_300_000].map((gas) => local({ 'operation.quorums': [0, 1], [GAS]: gas })),
      ...[457_576, 1_530_000].map((gas) => of(register_again.json, { [GAS]: gas })),
      ...[413_752, 1_350_000].map((gas) => of(register_add_quorum.json, { [GAS]: gas })),
    ],
  },
  salt_guessable: {
    level: 'warning',
    given: [
      local({ [SALT]: `0x${'0'.repeat(64)}` }),
      local({ [SALT]: '0x3c2a7f4c717798aa56228aa6df60565eec1b5244c96a4d688c245d54ef3ecae8' }),
    ],
    not: [local(), of(register_add_quorum.json)],
  },
  socket_unusual: {
    level: 'warning',
    given: [
      '',
      'operator',
      'operator.example',
      '203.0.113.7:',
      '203.0.113.7:1;',
      '203.0.113.7:123456',
      'a b:1',
      'sockét:1',
      'https://a:1',
    ]
      .map((text) => local({ [SOCKET]: text }))
      // EigenDA's nodes read two or four ports: Layr-Labs/eigenda@61019b4 core/serialization_test.go:197-225.
      .concat(['h:1', 'h:1;2;3', 'h:1;2;3;4;5', 'localhost;1234;5678'].map((text) => onMainnet({ [SOCKET]: text }))),
    not: [
      ...['203.0.113.7:32005;32006', 'operator.example:1', 'h:1;2;3;4', '[2001:db8::1]:32005'].map((text) =>
        local({ [SOCKET]: text }),
      ),
      ...['localhost:1234;5678;9999;10001', 'localhost:1234;5678'].map((text) => onMainnet({ [SOCKET]: text })),
    ],
  },
  socket_private: {
    level: 'warning',
    given: [
      '127.0.0.1:1',
      'localhost:1',
      'LOCALHOST:1',
      '10.0.0.1:32005',
      '192.168.1.1:1',
      '169.254.1.1:1',
      '172.16.0.1:1',
      '172.31.255.255:1',
      '0.0.0.0:1',
      '[::1]:1',
      '[::]:1',
    ].map((text) => local({ [SOCKET]: text })),
    not: ['203.0.113.7:1', '172.15.0.1:1', '172.32.0.1:1', '11.0.0.1:1', '[2001:db8::1]:1', '110.0.0.1:1'].map((text) =>
      local({ [SOCKET]: text }),
    ),
  },
  // Addresses as inet_pton takes them, names as RFC 1123 has them, ports of 16 bits.
  socket_undialable: {
    level: 'warning',
    given: [
      '203.0.113.7:0',
      '203.0.113.7:65536',
      '203.0.113.7:32005;70000',
      '203.0.113.7:32005;0',
      '203.0.113.256:1',
      '203.0.113:1',
      '203.0.113.7.9:1',
      '203.0.113.07:1',
      '999.999.999.999:1',
      '[2001:db8::1::2]:1',
      '[12345::1]:1',
      '[1:2:3:4:5:6:7:8:9]:1',
      '.operator.example:1',
      'operator..example:1',
      '-operator.example:1',
      'operator-.example:1',
      `${'a'.repeat(64)}.example:1`,
      `${'a.'.repeat(126)}aa:1`,
    ].map((text) => local({ [SOCKET]: text })),
    not: [
      '203.0.113.7:1',
      '203.0.113.7:65535;65535',
      '255.255.255.255:1',
      '[2001:db8::1]:32005',
      '[::ffff:203.0.113.7]:1',
      `${'a'.repeat(63)}.example:1`,
      `${'a.'.repeat(126)}a:1`,
      'operator.example.:1',
      'xn--bcher-kva.example:1',
      'h:1',
      // Of no usual form: that is said, and no more.
      'operator.example',
    ].map((text) => local({ [SOCKET]: text })),
  },
  proof_carried: {
    level: 'warning',
    given: [of(register_proof_carried.json)],
    not: [local(), of(register_again.json)],
  },
  signed_for_contract: {
    level: 'warning',
    given: [of(register_contract_operator.json)],
    not: [local(), of(register_no_transaction.json), of(register_add_quorum.json)],
  },
  transaction_never_expires: {
    level: 'note',
    given: [of(register_add_quorum.json)],
    not: [local(), of(register_again.json)],
  },
  bls_key_permanent: {
    level: 'note',
    given: [local(), of(register_proof_carried.json)],
    not: [of(register_again.json), of(register_add_quorum.json)],
  },
  contract_unknown: {
    level: 'warning',
    given: [named('register_for_operator_sets'), named('register_key_ecdsa')],
    not: [named('modify_allocations'), named('set_appointee'), local()],
  },
  duties_until_mined: {
    level: 'note',
    given: [named('deregister'), named('deregister_from_stake_registry')],
    not: [named('update_socket'), named('deregister_key')],
  },
  nonce_replaced: { level: 'note', given: [named('self_transfer')], not: [named('cancel_salt')] },
  key_permanent: {
    level: 'note',
    given: [named('register_key_bn254'), named('register_key_ecdsa')],
    not: [named('deregister_key'), named('register_with_stake_registry')],
  },
  key_not_freed: { level: 'warning', given: [named('deregister_key')], not: [named('deregister')] },
  key_needed_again: { level: 'note', given: [named('deregister_key')], not: [named('register_key_ecdsa')] },
  signing_power: {
    level: 'note',
    given: [named('register_key_ecdsa'), named('register_with_stake_registry')],
    not: [named('deregister_key'), local()],
  },
  signing_key_is_operator: {
    level: 'warning',
    given: [
      named('register_with_stake_registry', { 'operation.signingKey': operatorIn('register_with_stake_registry') }),
      named('register_key_ecdsa', { 'operation.keyAddress': operatorIn('register_key_ecdsa') }),
    ],
    not: [named('register_with_stake_registry'), named('register_key_ecdsa')],
  },
  signing_key_unproven: {
    level: 'warning',
    given: [named('register_with_stake_registry'), named('update_signing_key')],
    not: [
      named('register_key_ecdsa'),
      named('update_signing_key', { 'operation.signingKey': operatorIn('update_signing_key') }),
    ],
  },
  signing_key_at_once: {
    level: 'note',
    given: [named('update_signing_key')],
    not: [named('register_with_stake_registry')],
  },
  signing_key_stays: {
    level: 'note',
    given: [named('deregister_from_stake_registry')],
    not: [named('update_signing_key')],
  },
  proof_never_expires: {
    level: 'note',
    given: [named('register_key_bn254'), named('register_key_ecdsa')],
    not: [named('deregister_key'), local()],
  },
  bls_key_bound: {
    level: 'note',
    given: [named('register_for_operator_sets_bound')],
    not: [named('register_for_operator_sets'), named('register_for_operator_sets_socket')],
  },
  sets_slashable: {
    level: 'note',
    given: [named('register_for_operator_sets'), named('register_for_operator_sets_empty')],
    not: [named('deregister_from_operator_sets')],
  },
  slashable_after_leaving: {
    level: 'note',
    given: [named('deregister_from_operator_sets')],
    not: [named('register_for_operator_sets'), named('deregister')],
  },
  allocations_stay: {
    level: 'note',
    given: [named('deregister_from_operator_sets')],
    not: [named('modify_allocations')],
  },
  allocation_slashable: {
    level: 'warning',
    given: [named('modify_allocations'), named('modify_allocations', { [MAGNITUDE]: '1' })],
    not: [named('modify_allocations', { [MAGNITUDE]: '0' })],
  },
  allocation_falls: {
    level: 'note',
    given: [named('modify_allocations')],
    not: [named('modify_allocations', { 'operation.sets.0.strategies.1.current': '0' })],
  },
  allocation_delay_none: {
    level: 'warning',
    given: [named('set_allocation_delay', { 'operation.delay': 0 })],
    not: [named('set_allocation_delay', { 'operation.delay': 1 })],
  },
  allocation_delay_waits: {
    level: 'note',
    given: [named('set_allocation_delay')],
    not: [named('modify_allocations')],
  },
  churn_approver_contract: {
    level: 'warning',
    given: [
      named('register_with_churn', { 'operation.churn.approverIsContract': true }),
      named('register_for_operator_sets_churn', { 'operation.registration.churnApproval.approverIsContract': true }),
    ],
    not: [named('register_with_churn'), named('register_for_operator_sets_churn')],
  },
  churn_judged_when_mined: {
    level: 'note',
    given: [named('register_with_churn'), named('register_for_operator_sets_churn')],
    not: [named('register_for_operator_sets'), local()],
  },
  deadline_short: {
    level: 'warning',
    given: [...churning(CHURN_ENDS - 3599), ...churning(CHURN_ENDS - 1)],
    not: [...churning(CHURN_ENDS - 3600), ...churning(CHURN_ENDS)],
  },
  socket_takes_effect: { level: 'note', given: [named('update_socket')], not: [local()] },
  salt_cancelled: { level: 'note', given: [named('cancel_salt')], not: [named('self_transfer'), local()] },
  metadata_not_checked: {
    level: 'note',
    given: [named('register_as_operator'), named('update_metadata_uri')],
    not: [named('modify_operator_details')],
  },
  socket_ignored: { level: 'note', given: [of(register_add_quorum.json)], not: [local(), of(register_again.json)] },
}

describe.each(Object.entries(examples))('%s', (code, { level, given, not }) => {
  it('is found', () => {
    for (const judged of given) {
      const found = findings(judged).find((finding) => finding.code === code)
      expect(found?.level, JSON.stringify(judged)).toBe(level)
      // Words of the other machine appear quoted; everything else is ours and printable.
      expect(found?.message).toMatch(/^[\x20-\x7e]+$/)
    }
  })

  it('is not found', () => {
    for (const judged of not) expect(codesOf(judged), JSON.stringify(judged)).not.toContain(code)
  })
})

describe('findings', () => {
  it('of a plain registration are few', () => {
    expect(codesOf(onMainnet())).toEqual(['bls_key_permanent'])
    expect(codesOf(local())).toEqual(['avs_unknown', 'bls_key_permanent'])
    expect(codesOf(of(register_again.json, { [GAS]: 800_000 }))).toEqual(['avs_unknown'])
  })

  it('come as refusals, then warnings, then notes', () => {
    const bad = onMainnet({ 'operation.serviceManager': known.unknown, [SOCKET]: '10.0.0.1:1;2', [GAS]: 21_000 })
    const levels = findings(bad).map(({ level }) => level)
    expect(levels).toEqual(['refusal', 'warning', 'warning', 'note'])
    expect(refusals(findings(bad)).map(({ code }) => code)).toEqual(['contracts_mismatch'])
  })

  it('name everything that is wrong at once', () => {
    const zero = '0x0000000000000000000000000000000000000000'
    const bad = onMainnet({
      'operation.operator': zero,
      'operation.registryCoordinator': zero,
      'operation.operatorSignature.avsDirectory': known.holeskyDirectory,
      [FEE]: '1000000000000000000',
      expiry: register_mainnet.json.block.timestamp,
    })
    expect(new Set(refusals(findings(bad)).map(({ code }) => code))).toEqual(
      new Set([
        'address_zero',
        'addresses_collide',
        'core_contract_foreign',
        'contracts_mismatch',
        'fee_absurd',
        'expiry_past',
      ]),
    )
  })

  it('have a hint with every refusal', () => {
    const bad = onMainnet({ 'operation.serviceManager': known.unknown, expiry: 1 })
    for (const { hint } of refusals(findings(bad))) expect(hint).toContain('airlock-hot build register')
  })
})

describe('the expiry', () => {
  it('is judged by the later of clock and block', () => {
    const late = { 'block.timestamp': EXPIRY + 1 }
    expect(codesOf(local(late, EXPIRY - 7 * DAY))).toContain('expiry_past')
    expect(codesOf(local({}, EXPIRY))).toContain('expiry_past')
    expect(codesOf(local({}, EXPIRY - 1))).not.toContain('expiry_past')
  })

  it('says which of the two it was', () => {
    const said = (judged: Judged): string =>
      refusals(findings(judged))
        .map(({ message }) => message)
        .join(' ')
    expect(said(local({}, EXPIRY + 1))).toContain("this machine's clock says 2100-01-01 00:00:01 UTC")
    expect(said(local({ 'block.timestamp': EXPIRY }, 1))).toContain('its block is of 2100-01-01 00:00:00 UTC')
  })

  it('a block that claims to be of the future does not stretch what is signed', () => {
    const future = { 'block.timestamp': EXPIRY - 7 * DAY }
    expect(codesOf(local(future, EXPIRY - 366 * DAY))).not.toContain('expiry_too_far')
    expect(codesOf(local(future, EXPIRY - 366 * DAY - 1))).toContain('expiry_too_far')
    // A clock that was never set says nothing.
    expect(codesOf(local(future, 1_000_000_000))).not.toContain('expiry_too_far')
  })

  it('too far is told apart from the most that is signed', () => {
    const [refused] = refusals(findings(local({ 'block.timestamp': EXPIRY - 366 * DAY - 1 })))
    expect(refused?.message).toContain(
      '2100-01-01 00:00:00 UTC; a request of this block is signed until 2099-12-31 23:59:59 UTC',
    )
  })
})

describe('contracts', () => {
  // The book has EigenDA's ServiceManager on Sepolia and not its RegistryCoordinator.
  it('of a project that the catalogue knows in part are warned of, not refused', () => {
    const sepolia = onMainnet({
      chainId: 11_155_111,
      'operation.operatorSignature.avsDirectory': '0xa789c91ECDdae96865913130B786140Ee17aF545',
      'operation.serviceManager': '0x3a5acf46ba6890B8536420F4900AC9BC45Df4764',
      'operation.registryCoordinator': known.unknown,
    })
    expect(refusals(findings(sepolia))).toEqual([])
  })

  // Omni is in the catalogue as an AVS of another kind, without a RegistryCoordinator.
  it('of an AVS that is known to register in another way are refused, whatever is called', () => {
    const omni = onMainnet({
      'operation.serviceManager': '0xed2f4d90b073128ae6769a9A8D51547B1Df766C8',
      'operation.registryCoordinator': known.unknown,
    })
    expect(refusals(findings(omni)).map(({ code }) => code)).toEqual(['avs_kind_unsupported'])
  })
})
