// What was typed wrong: all that is missing at once, and the help of the very command.
import { describe, expect, test } from 'vitest'
import { run, type ProgramName } from '../support/programs.ts'

/** The problems that a program names, and its exit code. */
async function refused(name: ProgramName, ...args: readonly string[]): Promise<{ exitCode: number; seen: string[] }> {
  const { exitCode, stderr } = await run(name, [...args, '--json'])
  const { error } = JSON.parse(stderr) as { error: { problems: { code: string; message: string; hint: string }[] } }
  return { exitCode, seen: error.problems.map(({ code, message, hint }) => `${code}: ${message}: ${hint}`) }
}

describe('a command line', () => {
  test('every option that is missing is named at once, with the help of its command', async () => {
    const missing = ['--part <name>', '--path <path>', '--fingerprint <hex>']
    expect(await refused('airlock-hot', 'wallet', 'ask', 'request.json')).toEqual({
      exitCode: 2,
      seen: missing.map(
        (flags) => `usage: required option '${flags}' not specified: type \`airlock-hot wallet ask --help\``,
      ),
    })
  })

  test.each([
    [
      'a group with another command',
      'airlock-cold',
      ['keys', 'nwe'],
      "unknown command 'nwe' (Did you mean new?)",
      'keys ',
    ],
    ['a flag of another', 'airlock-cold', ['inspect', 'x', '--seal'], "unknown option '--seal'", 'inspect '],
    ['an argument too few', 'airlock-hot', ['show'], "missing required argument 'request'", 'show '],
    ['no such command', 'airlock-cold', ['sgn'], "unknown command 'sgn' (Did you mean sign?)", ''],
  ] as const)('%s', async (_, name, args, message, command) => {
    const hint = `type \`${name} ${command}--help\``
    expect(await refused(name, ...args)).toEqual({ exitCode: 2, seen: [`usage: ${message}: ${hint}`] })
  })

  test('a group alone prints its commands', async () => {
    const { exitCode, stderr } = await run('airlock-cold', ['policy'])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('adopt')])
    expect(stderr).toContain('type `airlock-cold policy --help`')
  })
})
