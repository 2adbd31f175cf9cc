// airlock-cold keys test FILE: proves that a file opens, that its key is the expected one, and that it signs.
import { hang, print, printJson } from '../../local/terminal.ts'
import { checkExpected, expectedFrom } from './expected-key.ts'
import { quote } from '../../shared/base/quote.ts'
import { publicFacts, publicLines } from './key-facts.ts'
import { openKeyFile, type AnyKey } from '../keystore/key-file.ts'
import { publicHalf } from './key-index.ts'
import { signNonsense } from '../signing/sign.ts'

export interface TestOptions {
  readonly expect?: string
  readonly passwordFile?: string
  readonly passwordFd?: number
  readonly json?: boolean
}

/** Opens a key file, compares it, and signs and verifies a message of no meaning. */
export async function testKey(path: string, options: TestOptions): Promise<void> {
  const { expect, passwordFd: descriptor, passwordFile: file } = options
  const expected = expect === undefined ? undefined : expectedFrom(expect)
  const key = await openKeyFile(path, { file, descriptor }, { isRehearsal: true })
  try {
    if (expected !== undefined) checkExpected('testing key', `the key in ${quote(path)}`, key, expected)
    signNonsense(key)
  } finally {
    key.secret.fill(0)
  }
  if (options.json === true) printJson({ file: path, ...publicFacts(key), expected: expect ?? null, signs: true })
  else for (const line of lines(path, key, expect !== undefined)) print(line)
}

function lines(path: string, key: AnyKey, isCompared: boolean): readonly string[] {
  const proven = isCompared ? 'it is the expected one, and it signs' : 'and it signs'
  const comparison = isCompared
    ? []
    : ['Not compared with anything: give --expect to be sure that it is the right key.']
  return [
    hang('', `The ${key.kind === 'ecdsa' ? 'ECDSA' : 'BLS'} key in ${path} opens, ${proven}.`),
    ...publicLines(publicHalf(key)),
    ...comparison,
  ]
}
