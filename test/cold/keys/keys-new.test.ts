// keys new in a real terminal: the words are shown once, asked back, and the keys of these very words are written.
//
// The keys expected come from ethers, which derives the ECDSA key from the words on the screen, and from the files opened by
// ethers; the BLS key is derived again from the same words by the import of another code path in keys-import.test.ts.
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HDNodeWallet, Mnemonic, Wallet } from 'ethers'
import { afterAll, describe, expect, it } from 'vitest'
import { run, runInTerminal, type Answer } from '../../support/programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'airlock-keys-new-'))
afterAll(() => rmSync(folder, { recursive: true }))

const PASSWORD = 'four words of no book'
const passwordFile = join(folder, 'password')
writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 })

/** Words numbered in columns, as the screen shows them. */
function wordsOn(screen: string): readonly string[] {
  const found = [...screen.matchAll(/ (\d{1,2})  ([a-z]{3,8})\b/g)]
  const words = new Map(found.map(([, number, word]) => [Number(number), word ?? '']))
  return Array.from({ length: words.size }, (_, index) => words.get(index + 1) ?? '')
}

/** A person who writes the words down and types four letters of each. */
class Writer {
  words: readonly string[] = []

  answers(count: number, mistakeAt?: number): readonly Answer[] {
    const read: Answer = {
      prompt: /written down; you will be asked for each of them\. /,
      type: (match) => {
        this.words = wordsOn(match.input)
        return '\r'
      },
    }
    const asked = Array.from({ length: count }, (_, index): Answer => {
      const wrong = index + 1 === mistakeAt
      return {
        prompt: new RegExp(`Word ${index + 1} of ${count} .*: `),
        type: () => `${wrong ? 'zzzz' : (this.words[index] ?? '').slice(0, 4)}\r`,
      }
    })
    if (mistakeAt === undefined) return [read, ...asked]
    const again: Answer = { prompt: /The words come once more\.\r\nPress Enter\. /, type: '\r' }
    return [read, ...asked.slice(0, mistakeAt), again, ...this.answers(count)]
  }
}

const inFolder = (name: string): string => join(folder, name)

describe('keys new', () => {
  it('makes the keys of the words that were shown and typed back', async () => {
    const writer = new Writer()
    const keys = inFolder('both')
    const args = ['keys', 'new', 'op', '--ecdsa', '--bls', '--avs', 'eigenda', '--folder', keys]
    const { exitCode, screen } = await runInTerminal(
      'airlock-cold',
      [...args, '--password-file', passwordFile],
      writer.answers(24, 3),
    )
    expect(exitCode).toBe(0)
    expect(writer.words).toHaveLength(24)
    expect(readdirSync(keys).toSorted()).toEqual(['airlock-keys.json', 'op-eigenda.bls.key.json', 'op.ecdsa.key.json'])
    for (const name of readdirSync(keys)) expect(statSync(join(keys, name)).mode & 0o777).toBe(0o600)

    const wallet = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(writer.words.join(' ')), "m/44'/60'/0'/0/0")
    const opened = await Wallet.fromEncryptedJson(readFileSync(join(keys, 'op.ecdsa.key.json'), 'utf8'), PASSWORD)
    expect(opened.address).toBe(wallet.address)
    expect(screen).toContain(wallet.address)

    // All words stood on the alternate screen, and it was wiped before it was left.
    const [before = '', ...after] = screen.split('\x1b[?1049h')
    expect(wordsOn(before)).toEqual([])
    const [shown = '', rest = ''] = after.join('').split('\x1b[2J\x1b[3J\x1b[H\x1b[?1049l')
    expect(wordsOn(shown)).toHaveLength(24)
    expect(wordsOn(rest)).toEqual([])

    const tested = await run('airlock-cold', [
      ...['keys', 'test', join(keys, 'op-eigenda.bls.key.json'), '--password-file', passwordFile, '--json'],
    ])
    expect(tested.exitCode).toBe(0)
    const index = JSON.parse(readFileSync(join(keys, 'airlock-keys.json'), 'utf8')) as {
      keys: Record<string, unknown>[]
    }
    expect(index.keys[0]).toMatchObject({ file: 'op-eigenda.bls.key.json', avs: 'eigenda', tree: 'eip2333' })
    expect(JSON.parse(tested.stdout)).toMatchObject({ operatorId: index.keys[0]?.['operatorId'] })
  })

  it('makes several, and after a break the rest from the same words', async () => {
    const writer = new Writer()
    const keys = inFolder('fleet')
    const args = ['keys', 'new', 'fleet', '--ecdsa', '--words', '12', '--count', '3', '--folder', keys]
    const all = [...args, '--password-file', passwordFile]
    expect((await runInTerminal('airlock-cold', all, writer.answers(12))).exitCode).toBe(0)
    const second = join(keys, 'fleet-2.ecdsa.key.json')
    const address = (JSON.parse(readFileSync(second, 'utf8')) as { address: string }).address
    rmSync(second)

    const words: Answer = { prompt: /The words, separated by spaces/, type: () => `${writer.words.join(' ')}\r` }
    const resumed = await runInTerminal('airlock-cold', [...all, '--resume'], [words])
    expect(resumed.exitCode).toBe(0)
    expect((JSON.parse(readFileSync(second, 'utf8')) as { address: string }).address).toBe(address)

    rmSync(second)
    const others: Answer = { prompt: /The words, separated by spaces/, type: `${'abandon '.repeat(11)}about\r` }
    const refused = await runInTerminal('airlock-cold', [...all, '--resume'], [others])
    expect(refused.exitCode).toBe(11)
    expect(refused.screen).toContain('key_not_expected')
    expect(existsSync(second)).toBe(false)
  })
})

describe('refused, with nothing written', () => {
  const keys = inFolder('none')
  const base = ['keys', 'new', 'op', '--folder', keys, '--password-file', passwordFile]

  it.each<[string, string[], number, string]>([
    ['no kind of key', [], 2, 'usage'],
    ['a BLS key for no AVS', ['--bls'], 2, 'usage'],
    ['more keys than the words of one run may make', ['--ecdsa', '--count', '201'], 11, 'too_many_keys'],
    ['dice and coins', ['--ecdsa', '--dice', '--coins'], 2, 'usage'],
    ['a word count that does not exist', ['--ecdsa', '--words', '13'], 2, 'usage'],
    ['no terminal', ['--ecdsa'], 2, 'no_terminal'],
    ['a resumed run that never began', ['--ecdsa', '--resume'], 2, 'usage'],
  ])('%s', async (_, args, exitCode, code) => {
    const ended = await run('airlock-cold', [...base, ...args])
    expect(ended.stderr).toContain(`(${code})`.slice(1, -1))
    expect(ended.exitCode).toBe(exitCode)
    expect(existsSync(keys)).toBe(false)
  })

  it('a weak password, two that differ, and a name that is a path', async () => {
    const args = ['keys', 'new', 'op', '--ecdsa', '--folder', keys]
    const typed = (first: string, second: string): Answer[] => [
      { prompt: /New password of the new key file: /, type: `${first}\r` },
      { prompt: /Once more: /, type: `${second}\r` },
    ]
    const weak = await runInTerminal('airlock-cold', args, typed('short', ''))
    expect([weak.exitCode, weak.screen.includes('password_weak')]).toEqual([11, true])
    const same = await runInTerminal('airlock-cold', args, typed('aaaaaaaaaaaaaaaa', ''))
    expect(same.screen).toContain('password_weak')
    const differ = await runInTerminal('airlock-cold', args, typed(PASSWORD, `${PASSWORD}!`))
    expect(differ.screen).toContain('password_differs')
    const path = await run('airlock-cold', ['keys', 'new', '../op', '--ecdsa', '--folder', keys])
    expect([path.exitCode, path.stderr.includes('usage')]).toEqual([2, true])
    expect(existsSync(keys)).toBe(false)
  })

  it('words typed back wrongly three times, and Ctrl-C while they are shown', async () => {
    const read: Answer = { prompt: /asked for each of them\. /, type: '\r' }
    const wrong: Answer = { prompt: /Word 1 of 24 .*: /, type: 'zzzz\r' }
    const again: Answer = { prompt: /Press Enter\. /, type: '\r' }
    const round = [read, wrong, again]
    const refused = await runInTerminal('airlock-cold', [...base, '--ecdsa'], [...round, ...round, ...round])
    expect([refused.exitCode, refused.screen.includes('mnemonic_not_repeated')]).toEqual([11, true])
    const stopped = await runInTerminal('airlock-cold', [...base, '--ecdsa'], [{ ...read, type: '\x03' }])
    expect(stopped.screen).toContain('interrupted')
    expect(stopped.screen.lastIndexOf('\x1b[?1049l')).toBeGreaterThan(stopped.screen.lastIndexOf('\x1b[?1049h'))
    expect(existsSync(keys)).toBe(false)
  })

  it('dice that are too few, or made up', async () => {
    const rolls = (text: string): Answer[] => [{ prompt: /Rolls: /, type: `${text}\r` }]
    const few = await runInTerminal('airlock-cold', [...base, '--ecdsa', '--dice'], rolls('1234'))
    expect(few.screen).toContain('rolls_too_few')
    const biased = await runInTerminal('airlock-cold', [...base, '--ecdsa', '--dice'], rolls('1'.repeat(120)))
    expect(biased.screen).toContain('rolls_biased')
  })

  it('a key file that is there already', async () => {
    const there = inFolder('there')
    writeFileSync(join(mkdtempSync(join(folder, 'x-')), 'y'), '')
    await runInTerminal(
      'airlock-cold',
      ['keys', 'new', 'op', '--ecdsa', '--words', '12', '--folder', there, '--password-file', passwordFile],
      new Writer().answers(12),
    )
    const before = readFileSync(join(there, 'op.ecdsa.key.json'))
    chmodSync(join(there, 'op.ecdsa.key.json'), 0o600)
    const ended = await run('airlock-cold', [
      'keys',
      'new',
      'op',
      '--ecdsa',
      '--folder',
      there,
      '--password-file',
      passwordFile,
    ])
    expect([ended.exitCode, ended.stderr.includes('key_exists')]).toEqual([11, true])
    expect(readFileSync(join(there, 'op.ecdsa.key.json'))).toEqual(before)
  })
})
