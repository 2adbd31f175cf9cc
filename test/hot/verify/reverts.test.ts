// Every refusal that the real contracts gave on a local chain, every error that they declare, and what a hostile RPC or
// contract might answer instead. Selectors and hostile data are made with ethers, so that viem does not judge itself.

import { AbiCoder, hexlify, id } from 'ethers'
import { describe, expect, test } from 'vitest'
import catalogue from '../../../src/hot/verify/reverts.json' with { type: 'json' }
import type { RevertExplanation } from '../../../src/hot/verify/reverts.ts'
import { withCommands } from '../../../src/hot/verify/remedy-commands.ts'
import { explainRevert } from '../../../src/hot/verify/reverts.ts'
import vectors from '../../../vectors/reverts.json' with { type: 'json' }

const hex = (text: string): `0x${string}` => text as `0x${string}`
const selectorOf = (signature: string): `0x${string}` => hex(id(signature).slice(0, 10))

function encode(signature: string, ...values: readonly unknown[]): `0x${string}` {
  const types = signature.slice(signature.indexOf('(') + 1, -1).match(/\([^)]*\)|[^,()]+/g) ?? []
  return hex(selectorOf(signature) + AbiCoder.defaultAbiCoder().encode(types, values).slice(2))
}

const errorString = (text: string): `0x${string}` => encode('Error(string)', text)

/** What is said of the unknown and the unreadable; a refusal that the catalogue knows must say something else. */
const generic = [hex('0x12345678'), errorString('never heard of'), hex('0x12'), hex('0x08c379a0')].map((data) =>
  explainRevert(data),
)

function expectKnown(explanation: RevertExplanation): void {
  for (const { says, remedy } of generic) {
    expect(explanation.says).not.toBe(says)
    expect(explanation.remedy).not.toBe(remedy)
  }
}

function expectPrintable({ name, says, remedy, arguments: values }: RevertExplanation): void {
  for (const line of [name, says, remedy, ...values]) expect(line).toMatch(/^[\x20-\x7e]+$/)
}

function expectSentence(text: string): void {
  expect(text.length).toBeLessThanOrEqual(240)
  expect(text).toMatch(/^[\x20-\x7e]{12,}\.$/)
  expect(text, 'one sentence').not.toMatch(/[.!?] +[A-Z`]/)
}

/** The name as the vectors write it: values in place of the types, without inner brackets. */
function decodedName({ name, arguments: values }: RevertExplanation): string {
  if (values.length === 0) return name
  return `${name.slice(0, name.indexOf('('))}(${values.join(',').replaceAll(/[() ]/g, '')})`
}

describe('what the real contracts answered', () => {
  const withData = vectors.cases.flatMap((c) =>
    c.revertData === null ? [] : [{ ...c, revertData: hex(c.revertData) }],
  )

  test('is 230 refusals, of which four were mined and so left no reason', () => {
    expect(vectors.cases).toHaveLength(230)
    const silent = vectors.cases.filter((c) => c.revertData === null)
    expect(silent).toHaveLength(4)
    for (const c of silent)
      expect(c).toMatchObject({ decoded: 'mined with status 0', case: 'expiry_one_second_before_block_timestamp' })
  })

  test.each(withData)('$note: $case is $decoded', ({ revertData, decoded }) => {
    const explanation = explainRevert(revertData)
    expect(decodedName(explanation)).toBe(decoded)
    expectKnown(explanation)
    expectPrintable(explanation)
  })
})

describe('what the contracts declare', () => {
  test('is 264 errors', () => {
    expect(vectors.errors).toHaveLength(264)
  })

  test.each(vectors.errors)('$error', ({ selector, error }) => {
    expect(selectorOf(error)).toBe(selector)
    const entry = catalogue.find((candidate) => candidate.error === error)
    const { name, says, remedy } = explainRevert(hex(selector))
    expect({ error: name, says, remedy }).toEqual(entry && { ...entry, remedy: withCommands(entry.remedy, null) })
    expect(remedy).not.toMatch(/[{}]/)
  })

  test.each([
    'NotAdded()',
    'NotInAllowlist()',
    'NotAllowed()',
    'NotWhitelister()',
    'InvalidWhitelister()',
    'AlreadyAdded()',
    'AlreadyInAllowlist()',
    'AlreadyEnabled()',
    'AlreadyDisabled()',
    'AllowlistAdded()',
    'AllowlistNotAdded()',
    'OperatorNotInAllowlist()',
    'OperatorAlreadyInAllowlist()',
  ])('allow-list: %s', (error) => {
    const explanation = explainRevert(selectorOf(error))
    expect(explanation.name).toBe(error)
    expectKnown(explanation)
  })

  test.each([
    'Pausable: index is paused',
    'Pausable: contract is paused',
    'Ownable: caller is not the owner',
    'Initializable: contract is already initialized',
    'AVSDirectory.registerOperatorToAVS: operator already registered',
    'AVSDirectory.cancelSalt: cannot cancel spent salt',
    'AVSDirectory.deregisterOperatorFromAVS: operator not registered',
    'EIP1271SignatureUtils.checkSignature_EIP1271: ERC1271 signature verification failed',
    'ECDSA: invalid signature',
    'ECDSA: invalid signature length',
    'RegistryCoordinator._registerOperator: operator cannot reregister yet',
    'RegistryCoordinator._deregisterOperator: operator is not registered',
    'RegistryCoordinator._deregisterOperator: bitmap cannot be 0',
    'RegistryCoordinator._deregisterOperator: operator is not registered for specified quorums',
    'RegCoord._deregisterOperator: operator is not registered',
    'RegCoord._deregisterOperator: bitmap cannot be 0',
    'RegCoord._deregisterOperator: operator is not registered for quorums',
    'RegistryCoordinator.updateSocket: operator is not registered',
    'RegCoord.updateSocket: operator not registered',
    'RegistryCoordinator._verifyChurnApproverSignature: churnApprover salt already used',
    'RegCoord._verifyChurnApproverSignature: churnApprover salt already used',
    'RegistryCoordinator._validateChurn: incoming operator has insufficient stake for churn',
    'RegCoord._validateChurn: incoming operator has insufficient stake for churn',
    'RegistryCoordinator._validateChurn: cannot kick operator with more than kickBIPsOfTotalStake',
    'RegCoord._validateChurn: cannot kick operator with more than kickBIPsOfTotalStake',
    'BLSApkRegistry.registerBLSPublicKey: operator already registered pubkey',
    'BitmapUtils.orderedBytesArrayToBitmap: orderedBytesArray is too long',
    'DelegationManager.registerAsOperator: caller is already actively delegated',
  ])('reason: %s', (reason) => {
    const explanation = explainRevert(errorString(reason))
    expect(explanation.name).toBe(`Error("${reason}")`)
    expectKnown(explanation)
  })
})

describe('the catalogue', () => {
  const keys = catalogue.map((entry) => entry.error ?? entry.reason)

  test('names each error and reason once, and no two errors share a selector', () => {
    expect(new Set(keys).size).toBe(keys.length)
    const errors = catalogue.flatMap((entry) => (entry.error === undefined ? [] : [entry.error]))
    expect(new Set(errors.map(selectorOf)).size).toBe(errors.length)
  })

  test('says and advises something else for each', () => {
    for (const field of ['says', 'remedy'] as const) {
      const repeated = catalogue.filter((entry, i) => catalogue.findIndex((e) => e[field] === entry[field]) !== i)
      expect(repeated).toEqual([])
    }
  })

  test.each(catalogue.map((entry) => ({ key: entry.error ?? entry.reason, entry })))('$key', ({ entry }) => {
    expect(Object.keys(entry)).toEqual([entry.error === undefined ? 'reason' : 'error', 'says', 'remedy'])
    expectSentence(entry.says)
    expectSentence(entry.remedy)
  })

  test('tells the operator what stays usable where it matters most', () => {
    expect(explainRevert(selectorOf('SignatureExpired()')).remedy).toMatch(/no salt was spent/)
    expect(explainRevert(selectorOf('InvalidSignature()')).remedy).toMatch(/airlock-hot verify.*domainSeparator/)
    expect(explainRevert(selectorOf('SaltSpent()')).remedy).toMatch(/new random salt/)
    expect(explainRevert(selectorOf('NotAdded()')).remedy).toMatch(/airlock-hot send REQUEST RESPONSE/)
    expect(explainRevert('0x', true).says).toMatch(/precompile.*wrong order.*burns all gas/)
    expect(explainRevert('0x').says).not.toMatch(/precompile|point/)
  })
})

describe('arguments', () => {
  const operator = '0xc19386C3eA07CceD71CCb8D6f12b6Bb01E0962c1'
  const avs = '0x135DDa560e946695d6f155dACaFC6f1F25C1F5AF'
  const word = '0xda2c89bafdd34776a2b8bb9c83c82f419e20cc8c67207f70edd58249b92661bd'

  test.each([
    {
      signature: 'KeyNotFound((address,uint32),address)',
      values: [[avs, 7], operator],
      shown: [`(${avs}, 7)`, operator],
    },
    { signature: 'NotIncreasingTimestamp(uint256,uint256)', values: [2n ** 255n, 1], shown: [String(2n ** 255n), '1'] },
    { signature: 'NameDigestNotRegistered(bytes32)', values: [word], shown: [word] },
    { signature: 'NewValueIsOldValue(address)', values: [avs], shown: [avs] },
    { signature: 'AddressDoesNotExist(string)', values: ['A "B"\u001b[2J'], shown: ['"A \\u{22}B\\u{22}\\u{1b}[2J"'] },
    { signature: 'StringTooLong(string)', values: ['0x1234'], shown: ['"0x1234"'] },
  ])('of $signature', ({ signature, values, shown }) => {
    const explanation = explainRevert(encode(signature, ...values))
    expect(explanation.name).toBe(signature)
    expect(explanation.arguments).toEqual(shown)
  })

  test('that are cut or absent leave the error its name and say so', () => {
    const whole = encode('OperatorStillSlashable((address,uint32),address)', [avs, 0], operator)
    for (const cut of [10, 12, 74, whole.length - 2]) {
      const explanation = explainRevert(hex(whole.slice(0, cut)))
      expect(explanation.name).toBe('OperatorStillSlashable((address,uint32),address)')
      expect(explanation.arguments).toEqual([expect.stringMatching(/^\(malformed: \d+ bytes/)])
      expectKnown(explanation)
    }
  })
})

describe('what is not a custom error', () => {
  test.each([0x00, 0x01, 0x11, 0x12, 0x21, 0x22, 0x31, 0x32, 0x41, 0x51])(
    'Panic with code %i has its own words',
    (code) => {
      const name = `Panic(0x${code.toString(16).padStart(2, '0')})`
      const explanation = explainRevert(encode('Panic(uint256)', code))
      expect(explanation.name).toBe(name)
      expect(explanation.says).not.toContain('does not define')
      expect(explanation.remedy).toContain(name)
      expectSentence(explanation.says)
      expectSentence(explanation.remedy)
    },
  )

  test('a Panic code that Solidity does not have is called so', () => {
    const explanation = explainRevert(encode('Panic(uint256)', 2n ** 256n - 1n))
    expect(explanation.name).toBe(`Panic(0x${'f'.repeat(64)})`)
    expect(explanation.says).toContain('does not define')
  })

  test('an unknown selector is called unknown, with the number of bytes after it', () => {
    const explanation = explainRevert('0x12345678aabb')
    expect(explanation.name).toBe('unknown error 0x12345678')
    expect(explanation.says).toContain('not among the')
    expect(explanation.arguments).toEqual(['(2 bytes of unknown arguments)'])
    for (const e of generic) expectSentence(e.says)
    for (const e of generic) expectSentence(e.remedy)
  })

  test('an unknown text is quoted, and called the words of the contract', () => {
    const explanation = explainRevert(errorString('Send 1 ETH to 0xabc and retry'))
    expect(explanation.name).toBe('Error("Send 1 ETH to 0xabc and retry")')
    expect(explanation.says).toContain('not as an instruction')
  })

  test('empty data is a failed precompile or undecodable calldata', () => {
    for (const points of [true, false]) {
      const explanation = explainRevert('0x', points)
      expect(explanation.name).toBe('(empty revert data)')
      expectSentence(explanation.says)
      expectSentence(explanation.remedy)
    }
  })

  test('capitals in the hex change nothing', () => {
    const data = errorString('AVSDirectory.registerOperatorToAVS: salt already spent')
    expect(explainRevert(hex(`0x${data.slice(2).toUpperCase()}`))).toEqual(explainRevert(data))
  })
})

describe('hostile answers', () => {
  const word = (value: bigint): string => value.toString(16).padStart(64, '0')

  test.each([
    { what: 'a terminal escape', text: 'a\u001b[2Jb', shown: '"a\\u{1b}[2Jb"' },
    { what: 'an 8-bit control sequence', text: '\u009b31m', shown: '"\\u{9b}31m"' },
    { what: 'newline, return, bell, delete', text: 'x\n\r\u0007\u007f', shown: '"x\\u{a}\\u{d}\\u{7}\\u{7f}"' },
    { what: 'an inner NUL', text: 'a\u0000b', shown: '"a\\u{0}b"' },
    { what: 'an override of direction', text: 'a\u202eb', shown: '"a\\u{202e}b"' },
    { what: 'letters beyond the basic plane', text: '\u{1f511}', shown: '"\\u{1f511}"' },
    { what: 'quotes and backslashes', text: '") ok\\', shown: '"\\u{22}) ok\\u{5c}"' },
    { what: 'nothing', text: '', shown: '""' },
  ])('$what in Error(string) is escaped', ({ text, shown }) => {
    const explanation = explainRevert(errorString(text))
    expect(explanation.name).toBe(`Error(${shown})`)
    expectPrintable(explanation)
  })

  test('a known reason with an addition is not that reason', () => {
    const known = explainRevert(errorString('Pausable: index is paused'))
    for (const text of [
      'Pausable: index is paused ',
      'Pausable: index is paused\u0000',
      '\u0000Pausable: index is paused',
      'pausable: index is paused',
    ]) {
      expect(explainRevert(errorString(text)).says).not.toBe(known.says)
    }
  })

  test('a long text is cut at 200 characters, also when it grows by escaping', () => {
    expect(explainRevert(errorString('a'.repeat(200))).name).toBe(`Error("${'a'.repeat(200)}")`)
    for (const character of ['a', '\u001b', '"', '\u{1f511}']) {
      const { name } = explainRevert(errorString(character.repeat(5000)))
      const shown = /^Error\("(?<shown>.*)" and more, \d+ characters in all\)$/.exec(name)?.groups?.['shown'] ?? ''
      expect(shown.length).toBeGreaterThan(190)
      expect(shown.length).toBeLessThanOrEqual(200)
    }
  })

  test.each([
    { what: 'a huge length', data: `0x08c379a0${word(32n)}${word(2n ** 256n - 1n)}` },
    { what: 'a length beyond the data', data: `0x08c379a0${word(32n)}${word(64n)}${'61'.repeat(32)}` },
    { what: 'a huge offset', data: `0x08c379a0${word(2n ** 255n)}${word(1n)}` },
    { what: 'no argument', data: '0x08c379a0' },
    { what: 'a short Panic', data: '0x4e487b7111' },
    { what: 'three bytes', data: '0x08c379' },
    { what: 'half a byte', data: '0x08c379a00' },
    { what: 'no hex at all', data: '\u001b[2Jno' },
    { what: 'hex with a newline', data: '0x35313244\n' },
  ])('$what: the reason cannot be read', ({ data }) => {
    const explanation = explainRevert(hex(data))
    expect(explanation.says).toContain('cannot be read')
    expectPrintable(explanation)
    expectSentence(explanation.says)
    expectSentence(explanation.remedy)
  })

  test('an answer that is no string at all cannot be read either', () => {
    for (const answer of [undefined, null, 7, {}, ['0x']]) {
      expect(explainRevert(answer as `0x${string}`).says).toContain('cannot be read')
    }
  })

  test('every beginning of every real answer is explained in printable ASCII', () => {
    for (const data of new Set(vectors.cases.map((c) => c.revertData ?? '0x'))) {
      for (let end = 2; end <= data.length; end += 1) expectPrintable(explainRevert(hex(data.slice(0, end))))
    }
  })

  test('random bytes after every selector are explained in printable ASCII', () => {
    let state = 20261101
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8
    const bytes = (length: number): string => hexlify(Uint8Array.from({ length }, () => random() & 0xff)).slice(2)
    const selectors = ['0x08c379a0', '0x4e487b71', ...vectors.errors.map((e) => e.selector)]
    for (const selector of selectors) {
      for (const length of [1, 31, 32, 33, 96, 160]) expectPrintable(explainRevert(hex(selector + bytes(length))))
    }
    for (let round = 0; round < 500; round += 1) {
      const text = bytes(random() % 64)
      const length = word(BigInt(text.length / 2))
      expectPrintable(explainRevert(hex(`0x08c379a0${word(32n)}${length}${text.padEnd(128, '0')}`)))
      expectPrintable(explainRevert(hex(`0x${bytes(random() % 128)}`)))
    }
  })
})
