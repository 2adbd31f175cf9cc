// The file of a policy: every field refused in turn, and the surprises of YAML, each with its line.
//
// What YAML means is judged by its specification (1.2.2) and, for the JSON form, by JSON.stringify.
import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../../../src/cold/policy/policy.ts'
import type { AirlockError } from '../../../src/shared/base/errors.ts'
import { edited } from '../../documents/canonical.ts'
import { refusalOf } from '../../documents/refusal.ts'
import { ALICE, BOB, fullPolicy, KEY } from '../../support/policies.ts'

const parse = (text: string | Uint8Array): ReturnType<typeof parsePolicy> =>
  parsePolicy('reading policy', typeof text === 'string' ? new TextEncoder().encode(text) : text)
const refused = (text: string | Uint8Array): AirlockError => refusalOf(() => parse(text))

const [avs] = fullPolicy['avss'] as [Record<string, string>]
const AVS = `
avss:
  - name: eigenda
    chain: 1
    registryCoordinator: ${avs['registryCoordinator'] ?? ''}
    serviceManager: ${avs['serviceManager'] ?? ''}
    avsDirectory: ${avs['avsDirectory'] ?? ''}
    quorums: [0, 1]
    sockets: ["203.0.113.7:*;3200?"]
    blsOperatorId: ${KEY}`
const YAML = `# A policy in full.
airlock: policy/1
network: refuse
operators: [${String((fullPolicy['operators'] as string[])[0])}] # unquoted
operations: [register]${AVS}
expiry: { longest: 7d }
fees: { highest: 0.0432 ether, gasPrice: 30 gwei, gasLimit: 1440000, rungs: 1 }
blsKeys: one-per-avs
limits:
  - { signatures: 2, window: 24h, per: avs }
  - { signatures: 3, window: 7d, per: key }
hours: { days: [fri], from: "12:00", to: "12:01", utcOffset: "+00:00" }
approvals:
  needed: 1
  approvers:
    - name: alice
      address: ${ALICE}
`

describe('the two forms', () => {
  it('YAML, JSON and JSON on one line are the same policy', () => {
    const forms = [YAML, JSON.stringify(fullPolicy), JSON.stringify(fullPolicy, null, 2), YAML.replaceAll('\n', '\r\n')]
    const [first, ...others] = forms.map((form) => parse(form).policy)
    expect(others).toEqual(others.map(() => first))
    expect(first?.fees).toEqual({
      highest: 43_200_000_000_000_000n,
      gasPrice: 30_000_000_000n,
      gasLimit: 1_440_000,
      rungs: 1,
    })
    expect(first?.hours).toEqual({ days: ['fri'], from: 720, to: 721, utcOffset: 0 })
    expect(first?.expiry).toEqual({ longest: 604_800 })
  })

  it('the smallest policy says nothing', () => {
    expect(parse('airlock: policy/1').policy).toEqual({ airlock: 'policy/1' })
  })

  it('an address without quotes stays an address, and words stay words', () => {
    const names = ['no', 'on', 'off', 'null', 'true', '010', '1e9', '0x10', '1_000', 'NaN', '2026-01-01', '12.50']
    for (const word of names) {
      expect(parse(YAML.replace('name: eigenda', `name: ${word}`)).policy.avss?.[0]?.name).toBe(word)
    }
  })
})

describe('fields, one defect each', () => {
  it.each<[name: string, edits: Record<string, unknown>, code: string, says: string]>([
    ['another version', { airlock: 'policy/2' }, 'document_version_unsupported', 'policy/2'],
    ['another document', { airlock: 'request/1' }, 'document_kind_wrong', 'request/1'],
    ['no kind', { airlock: undefined }, 'document_kind_wrong', 'policy/1'],
    ['network', { network: 'yes' }, 'field_invalid', 'network is "yes"'],
    ['an unknown field', { chain: 1 }, 'field_unknown', 'chain is not a field'],
    ['an unknown field of an AVS', { 'avss.0.strategies': [1] }, 'field_unknown', 'avss[0].strategies'],
    ['__proto__', { __proto: 1, ['__proto__x']: 1 }, 'field_unknown', '__proto__x'],
    ['operators: none', { operators: [] }, 'field_invalid', 'operators is a list of 0'],
    ['operators: no list', { operators: ALICE }, 'field_invalid', 'expected a list'],
    ['operators: twice', { operators: [ALICE, ALICE] }, 'policy_file_invalid', 'operators[1]'],
    ['operators: lower case', { operators: [ALICE.toLowerCase()] }, 'address_checksum', ALICE],
    ['operators: one digit', { operators: [ALICE.replace('7E5F', '7e5F')] }, 'address_checksum', ALICE],
    ['operators: short', { operators: [ALICE.slice(0, 41)] }, 'field_invalid', '40 hex digits'],
    ['operations', { operations: ['withdraw'] }, 'field_invalid', 'operations[0]'],
    ['a name', { 'avss.0.name': '\u001b[2J' }, 'field_invalid', '\\u{1b}'],
    ['a name too long', { 'avss.0.name': 'x'.repeat(41) }, 'field_invalid', 'expected a name'],
    ['no name', { 'avss.0.name': undefined }, 'field_missing', 'avss[0].name is missing'],
    ['chain 0', { 'avss.0.chain': 0 }, 'field_invalid', 'from 1'],
    ['chain in hex', { 'avss.0.chain': '0x1' }, 'field_invalid', 'plain digits'],
    ['chain in octal', { 'avss.0.chain': '01' }, 'field_invalid', 'plain digits'],
    ['chain as 1e0', { 'avss.0.chain': '1e0' }, 'field_invalid', 'plain digits'],
    ['chain as 1.0', { 'avss.0.chain': '1.0' }, 'field_invalid', 'plain digits'],
    ['chain +1', { 'avss.0.chain': '+1' }, 'field_invalid', 'plain digits'],
    ['chain beyond 2^53', { 'avss.0.chain': '9007199254740992' }, 'field_invalid', 'plain digits'],
    ['no chain', { 'avss.0.chain': undefined }, 'field_missing', 'avss[0].chain'],
    ['coordinator', { 'avss.0.registryCoordinator': '0x' }, 'field_invalid', 'registryCoordinator'],
    ['registrar', { 'avss.0.registrar': '0x' }, 'field_invalid', 'registrar'],
    ['stake registry', { 'avss.0.stakeRegistry': ALICE.toLowerCase() }, 'address_checksum', 'stakeRegistry'],
    ['operator sets: none', { 'avss.0.operatorSets': [] }, 'field_invalid', 'operatorSets'],
    ['operator sets: twice', { 'avss.0.operatorSets': ['1', '1'] }, 'policy_file_invalid', 'operatorSets[1]'],
    ['operator sets: beyond 32 bits', { 'avss.0.operatorSets': ['4294967296'] }, 'field_invalid', 'operatorSets'],
    ['service manager', { 'avss.0.serviceManager': undefined }, 'field_missing', 'serviceManager'],
    ['directory', { 'avss.0.avsDirectory': 'x' }, 'field_invalid', 'avsDirectory'],
    ['quorums: order', { 'avss.0.quorums': [1, 0] }, 'quorums_unordered', 'quorums'],
    ['quorums: none', { 'avss.0.quorums': [] }, 'quorums_empty', 'quorums'],
    ['quorums: 192', { 'avss.0.quorums': [192] }, 'quorum_out_of_range', 'quorums'],
    ['quorums: a number', { 'avss.0.quorums': 1 }, 'field_invalid', 'expected a list'],
    ['sockets: no list', { 'avss.0.sockets': '*' }, 'field_invalid', 'expected a list'],
    ['sockets: too long', { 'avss.0.sockets': ['x'.repeat(513)] }, 'field_invalid', '512'],
    ['BLS key', { 'avss.0.blsOperatorId': KEY.toUpperCase() }, 'field_invalid', 'lower-case'],
    [
      'two AVSs of one place',
      { avss: [avs, { ...avs, name: 'b' }], blsKeys: 'shared' },
      'policy_file_invalid',
      'avss[1].serviceManager',
    ],
    [
      'two AVSs of one name',
      { avss: [avs, { ...avs, chain: 5 }], blsKeys: 'shared' },
      'policy_file_invalid',
      'avss[1].name',
    ],
    [
      'one key for two AVSs',
      { avss: [avs, { ...avs, name: 'b', chain: 5 }] },
      'policy_file_invalid',
      'avss[1].blsOperatorId',
    ],
    ['expiry: no unit', { 'expiry.longest': '604800' }, 'field_invalid', 'span of time'],
    ['expiry: none', { 'expiry.longest': '0d' }, 'field_invalid', 'span of time'],
    ['expiry: a fraction', { 'expiry.longest': '1.5d' }, 'field_invalid', 'span of time'],
    ['expiry: empty', { expiry: {} }, 'field_missing', 'expiry.longest'],
    ['fee: no unit', { 'fees.highest': '1' }, 'field_invalid', 'with its unit'],
    ['fee: below one wei', { 'fees.highest': '0.1 wei' }, 'field_invalid', 'with its unit'],
    ['fee: 1e9', { 'fees.highest': '1e9 wei' }, 'field_invalid', 'with its unit'],
    ['fee: negative', { 'fees.highest': '-1 ether' }, 'field_invalid', 'with its unit'],
    ['gas price: another unit', { 'fees.gasPrice': '30 Gwei' }, 'field_invalid', 'with its unit'],
    ['gas limit', { 'fees.gasLimit': '15e5' }, 'field_invalid', 'plain digits'],
    ['gas limit beyond EIP-7825', { 'fees.gasLimit': 16_777_217 }, 'field_invalid', '16777216'],
    ['rungs', { 'fees.rungs': 17 }, 'field_invalid', 'to 16'],
    ['blsKeys', { blsKeys: '' }, 'field_invalid', 'blsKeys'],
    ['limits: 0', { 'limits.0.signatures': 0 }, 'field_invalid', 'limits[0].signatures'],
    ['limits: window', { 'limits.0.window': 'day' }, 'field_invalid', 'limits[0].window'],
    ['limits: per', { 'limits.0.per': 'operator' }, 'field_invalid', 'limits[0].per'],
    ['limits: half', { 'limits.0.per': undefined }, 'field_missing', 'limits[0].per'],
    ['hours: a day', { 'hours.days': ['friday'] }, 'field_invalid', 'hours.days[0]'],
    ['hours: 25:00', { 'hours.from': '25:00' }, 'field_invalid', 'hours.from'],
    ['hours: 24:01', { 'hours.to': '24:01' }, 'field_invalid', 'hours.to'],
    ['hours: from 24:00', { 'hours.from': '24:00' }, 'policy_file_invalid', 'hours.from'],
    ['hours: no time', { 'hours.to': '12:00' }, 'policy_file_invalid', 'hours.to'],
    ['hours: a zone', { 'hours.utcOffset': 'CET' }, 'field_invalid', 'hours.utcOffset'],
    ['hours: no zone', { 'hours.utcOffset': undefined }, 'field_missing', 'hours.utcOffset'],
    ['approvals: 0', { 'approvals.needed': 0 }, 'field_invalid', 'approvals.needed'],
    ['approvals: 2 of 1', { 'approvals.needed': 2 }, 'policy_file_invalid', 'there is 1 approver'],
    [
      'approvers: one person twice',
      {
        'approvals.approvers': [
          { name: 'alice', address: ALICE },
          { name: 'bob', address: ALICE },
        ],
      },
      'policy_file_invalid',
      'approvals.approvers[1].address',
    ],
    [
      'approvers: one name twice',
      {
        'approvals.approvers': [
          { name: 'alice', address: ALICE },
          { name: 'alice', address: BOB },
        ],
      },
      'policy_file_invalid',
      'approvals.approvers[1].name',
    ],
  ])('%s', (_, edits, code, says) => {
    const { problems, exitCode } = refused(JSON.stringify(edited(fullPolicy, edits)))
    expect([...new Set(problems.map((problem) => problem.code))]).toEqual([code])
    expect(problems.map(({ message }) => message).join('\n')).toContain(says)
    expect(exitCode).toBe(3)
  })

  it('all at once, each with its line', () => {
    const text = YAML.replace('chain: 1', 'chain: one').replace('rungs: 1', 'rugs: 1').replace('[fri]', '[]')
    expect(refused(text).problems.map(({ message }) => /^line (\d+): (\S+)/.exec(message)?.slice(1))).toEqual(
      expect.arrayContaining([
        ['8', 'avss[0].chain'],
        ['16', 'fees.rugs'],
        ['21', 'hours.days'],
      ]),
    )
  })
})

describe('what this YAML has not', () => {
  it.each<[name: string, text: string | Uint8Array, says: string]>([
    ['a key twice', `${YAML}network: allow\n`, 'line 27: a field is given twice'],
    ['a key twice, once in quotes', `${YAML}"network": allow\n`, 'line 27: a field is given twice'],
    ['a key twice in JSON', '{"airlock": "policy/1", "network": "refuse", "network": "allow"}', 'given twice'],
    ['an anchor', YAML.replace('refuse', '&a refuse'), 'line 3: an anchor'],
    ['an alias', YAML.replace('refuse', '*a'), 'line 3: an alias'],
    ['a pattern without quotes', YAML.replace('"203.0.113.7:*;3200?"', '*:3200'), 'line 13: an alias'],
    ['a tag', YAML.replace('refuse', '!!str refuse'), 'line 3: a tag'],
    ['a tag of its own', YAML.replace('refuse', '!js/function x'), 'line 3: a tag'],
    ['a directive', `%YAML 1.1\n---\n${YAML}`, 'line 1: a directive'],
    ['a second document', `${YAML}---\nairlock: policy/1\n`, 'a second document'],
    ['a second document after its end', `${YAML}...\nairlock: policy/1\n`, 'line 28'],
    ['a tab', YAML.replace('    chain', '\tchain'), 'line 8: a tab'],
    ['an open bracket', YAML.replace('[register]', '[register'), 'bracket'],
    ['a key that is a list', `${YAML}? [a]\n: b\n`, 'something else than text'],
    ['a byte order mark', `\ufeff${YAML}`, 'byte order mark'],
    ['a bidirectional mark in a comment', `# \u202e\n${YAML}`, 'line 1: the character U+202E'],
    ['a lone carriage return', `${YAML}# \rnetwork: allow\n`, 'line 27: the character U+000D'],
    ['a zero byte', `${YAML}\0`, 'U+0000'],
    ['a line separator', `${YAML}# \u2028\n`, 'U+2028'],
    ['no UTF-8', Uint8Array.of(0x61, 0x3a, 0xff), 'not UTF-8'],
    ['more than 64 KiB', `${YAML}#${'x'.repeat(65_536)}`, 'larger than 65536'],
  ])('%s', (_, text, says) => {
    const { code, message, exitCode } = refused(text)
    expect([code, exitCode]).toEqual(['policy_file_invalid', 3])
    expect(message).toContain(says)
  })

  it.each(['', '# nothing\n', 'text', '- a\n', '[]', 'null', '---\n'])('%o is no policy', (text) => {
    expect(refused(text).exitCode).toBe(3)
  })

  it.each<[name: string, text: string]>([
    [
      'aliases that multiply',
      `a: &a [x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key, at) => `${key}: &${key} [*${'abcdefg'[at] ?? ''},*${'abcdefg'[at] ?? ''}]`).join('\n')}`,
    ],
    ['brackets', '['.repeat(65_000)],
    ['braces', '{a: '.repeat(16_000)],
    ['lists in lists', '- '.repeat(32_000)],
    ['keys of keys', '? '.repeat(32_000)],
    ['steps', Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
  ])('%s end soon', (_, text) => {
    expect(refused(text).problems.every(({ code }) => code === 'policy_file_invalid')).toBe(true)
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '<<'])('%s is a field like any other', (key) => {
    const { problems } = refused(`${YAML}${key}: { network: allow }\n`)
    expect(problems.map(({ code }) => code)).toEqual(['field_unknown'])
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it('hostile text comes out in quotes', () => {
    const hostile = '\\u001b[2J\\u202e'
    const { message } = refused(`airlock: policy/1\n"${hostile}": "${hostile}"\nnetwork: "${hostile}"\n`)
    expect(message).toMatch(/^[\x20-\x7e\n]+$/)
    expect(message).toContain('\\u{1b}')
  })
})
