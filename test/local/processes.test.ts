// Each command of both programs once as a process of its own, beside the program that most tests keep running: the same exit
// code, the same words. What is typed is the first example of its help, in a folder where none of the files exist.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { coldProgram } from '../../src/cold/cli.ts'
import { hotProgram } from '../../src/hot/cli.ts'
import { ColdMachine } from '../support/cold-machine.ts'
import { approve, run, runInTerminal, runProcess, runProcessInTerminal, type Ended } from '../support/programs.ts'
import { readJson } from '../support/stage.ts'
import type { Command } from 'commander'

/** What says a time, or is of the file that runs: compared by its exit code alone. */
const OF_THE_MOMENT = ['airlock-cold doctor', 'airlock-cold freeze']

/** The words of every command that does something. */
const leavesOf = (command: Command, words: readonly string[] = []): readonly (readonly string[])[] =>
  command.commands.length === 0 ? [words] : command.commands.flatMap((one) => leavesOf(one, [...words, one.name()]))

const leaves = (
  [
    ['airlock-hot', hotProgram()],
    ['airlock-cold', coldProgram()],
  ] as const
).flatMap(([name, program]) => leavesOf(program).map((words) => ({ name, words })))

/** The words of the first example in a help text, as the shell splits them. */
function exampleOf(help: string, words: readonly string[]): readonly string[] {
  const text = /Examples:\n {2}\$ airlock-\w+ ((?:.*\\\n)*.*)/.exec(help)?.[1] ?? words.join(' ')
  const line = text.replaceAll(/\\\n\s*/g, ' ')
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? bare)
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'airlock-processes-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('both programs have commands', () => expect(leaves.length).toBeGreaterThan(60))

describe('as a process and kept running', () => {
  it.for(leaves.map(({ name, words }) => [[name, ...words].join(' '), name, words] as const))(
    '%s',
    async ([line, name, words]) => {
      const args = exampleOf((await run(name, [...words, '--help'])).stdout, words)
      expect(args.slice(0, words.length)).toEqual(words)
      // Each in a folder of its own: what the first writes would be in the way of the second.
      const inFolder = async (way: typeof run): Promise<Ended> => {
        const cwd = mkdtempSync(join(folder, 'x'))
        const { exitCode, stdout, stderr } = await way(name, args, { cwd })
        return { exitCode, stdout: stdout.replaceAll(cwd, ''), stderr: stderr.replaceAll(cwd, '') }
      }
      const [first, again] = [await inFolder(runProcess), await inFolder(run)]
      expect(again.exitCode).toBe(first.exitCode)
      if (!OF_THE_MOMENT.includes(line)) expect(again).toEqual(first)
    },
  )
})

test('signing in a terminal: the same signatures, and a screen of the same length', async () => {
  const machine = await ColdMachine.open()
  const request = machine.request()
  const signed = async (way: typeof runInTerminal): Promise<readonly unknown[]> => {
    const { ledger } = machine.anew()
    const response = machine.path('response.json')
    const args = ['sign', request, '-o', response, ...machine.keyFlags(), '--ledger', ledger]
    const { exitCode, screen } = await way('airlock-cold', args, [approve])
    // The anchor is of the ledger, and so of the moment.
    const { operatorSignature, pubkeyRegistrationParams, transactions } = readJson(response)
    return [exitCode, operatorSignature, pubkeyRegistrationParams, transactions, screen.split('\n').length]
  }
  expect(await signed(runInTerminal)).toEqual(await signed(runProcessInTerminal))
  machine.close()
})
