// airlock-cold keys test FILE: proves that a file opens, that its key is the expected one, and that it signs.
import { hang, print, printJson } from '../local/terminal.ts'
import { checkExpected, expectedFrom } from './expected-key.ts'
import { quote } from '../shared/quote.ts'
import { openKeyFile, type AnyKey } from './key-file.ts'
import { signNonsense } from './sign.ts'

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

/** What is public of a key. */
export function publicFacts(key: AnyKey): object {
  const { kind } = key
  if (kind === 'ecdsa') return { kind, address: key.address }
  return { kind, operatorId: key.operatorId, publicKeyG1: key.publicKeyG1, publicKeyG2: key.publicKeyG2 }
}

function lines(path: string, key: AnyKey, isCompared: boolean): readonly string[] {
  const proven = isCompared ? 'it is the expected one, and it signs' : 'and it signs'
  const comparison = isCompared
    ? []
    : ['Not compared with anything: give --expect to be sure that it is the right key.']
  return [
    hang('', `The ${key.kind === 'ecdsa' ? 'ECDSA' : 'BLS'} key in ${path} opens, ${proven}.`),
    ...publicLines(key),
    ...comparison,
  ]
}

/** The public half of a key, for a screen. */
export function publicLines(key: AnyKey): readonly string[] {
  if (key.kind === 'ecdsa') return [`  address      ${key.address}`]
  const [[x1, x0], [y1, y0]] = key.publicKeyG2
  return [
    `  operator id  ${key.operatorId}`,
    `  G1           ${key.publicKeyG1[0]}`,
    `               ${key.publicKeyG1[1]}`,
    `  G2           ${x1}`,
    ...[x0, y1, y0].map((part) => `               ${part}`),
  ]
}
