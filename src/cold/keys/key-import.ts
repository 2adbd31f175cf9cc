// airlock-cold keys import NAME: a key that exists already, from its secret or its words, into a key file.
//
// The secret is typed on the terminal, unseen, or read from a file that only its owner can read; there is no argument
// for it. All that can be refused without it is refused before it is asked for. The file is opened again before the
// command says done (key-file.ts), and the index of its folder gets the public half.
import { Option, type Command } from 'commander'
import { join } from 'node:path'
import { readBounded } from '../../local/files.ts'
import { addCommand } from '../../local/program.ts'
import { hang, print, printJson, say } from '../../local/terminal.ts'
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import type { Bn254Tree } from '../mnemonic/derive-bn254.ts'
import { checkExpected, expectedFrom, type ExpectedKey } from './expected-key.ts'
import { factLines, keyFactLines, keyHeading, treeName } from './key-facts.ts'
import { saveKeyFile, type AnyKey } from '../keystore/key-file.ts'
import { checkName, checkNew, defaultFolder, ensureFolder, keyFileName } from './key-folder.ts'
import { addToIndex, entryOf, otherUses, readIndex, type KeyEntry } from './key-index.ts'
import { blsKeyOf, ecdsaKeyOf } from '../keystore/keys.ts'
import { kindName } from '../keystore/keystore.ts'
import { kindOf, type KeyFormat, type KeyKind } from '../keystore/keystore-formats.ts'
import { Mnemonic } from '../mnemonic/mnemonic.ts'
import { addPasswordFlags } from '../keystore/password-flags.ts'
import { checkPasswordFiles, confirm, given, newPassword } from '../keystore/passwords.ts'
import { askPassword } from '../../local/prompt.ts'
import { secretFrom } from '../mnemonic/secret-text.ts'
import { keyOfSeed } from './words-key.ts'

export interface ImportOptions {
  readonly ecdsa?: boolean
  readonly bls?: boolean
  readonly words?: boolean
  readonly path?: string
  readonly tree?: Bn254Tree
  readonly expect?: string
  readonly avs?: string
  readonly folder?: string
  readonly format?: KeyFormat
  readonly file?: string
  readonly passphrase?: boolean
  readonly passphraseFile?: string
  readonly passwordFile?: string
  readonly passwordFd?: number
  readonly json?: boolean
}

/** What was asked for, whole and without contradiction. */
interface Wanted extends ImportOptions {
  readonly kind: KeyKind
  readonly keyFormat: KeyFormat
  readonly expected: ExpectedKey | undefined
  readonly inFolder: string
  readonly fileName: string
}

/** A key that was read, and where it stands in its tree. */
interface Read {
  readonly key: AnyKey
  readonly path: string | null
  readonly trees: readonly Bn254Tree[]
}

const DOING = 'importing key'
const MAX_SECRET_FILE = 4096

/** Adds `keys import`. */
export function addImport(keys: Command): void {
  const command = addCommand(keys, 'import <name>', 'make a key file of a secret or of words that exist already', [
    'airlock-cold keys import operator --ecdsa',
    'airlock-cold keys import operator --bls --avs eigenda --expect 0xOPERATORID',
    'airlock-cold keys import operator --bls --words --passphrase',
  ])
    .option('--ecdsa', 'the key is an ECDSA key')
    .option('--bls', 'the key is a BLS key of BN254')
    .option('--words', 'it is given as a mnemonic of 12 to 24 words')
    .option('--path <path>', 'where it stands in the tree of the words')
    .addOption(new Option('--tree <tree>', 'which tree of BLS keys the words grow').choices(['cerberus', 'eip2333']))
    .option('--expect <pub>', 'address, operator id or G1 that it must have')
    .option('--avs <avs>', 'the AVS that the BLS key is for')
    .option('--folder <dir>', 'where the key file goes (default: ~/.eigenlayer/operator_keys)')
    .addOption(new Option('--format <format>', 'layout of the key file').choices(Object.keys(kindOf)))
    .option('--file <file>', 'read the secret or the words from a file, mode 600')
    .option('--passphrase', 'ask for the BIP-39 passphrase of the words')
    .option('--passphrase-file <file>', 'read that passphrase from a file, mode 600')
    .action(importKey)
  addPasswordFlags(command, 'password', 'password of the new key file')
}

/** Imports a key. */
export async function importKey(name: string, options: ImportOptions): Promise<void> {
  const wanted = wantedFrom(name, options)
  ensureFolder(wanted.inFolder)
  const target = join(wanted.inFolder, wanted.fileName)
  checkNew(DOING, [target])
  checkPasswordFiles(wanted.file, wanted.passphraseFile, wanted.passwordFile)
  const known = readIndex(wanted.inFolder)
  const { key, path, trees } = await readKey(wanted)
  try {
    const avs = wanted.avs ?? null
    warnOfUses(otherUses(known, key, avs), avs)
    await save(target, key, wanted, path)
    const label = { label: name, avs, path, tree: trees[0] ?? null }
    const entry = entryOf(wanted.fileName, key, wanted.keyFormat, label)
    addToIndex(wanted.inFolder, [entry])
    deliver(target, entry, trees, wanted.json === true)
  } finally {
    key.secret.fill(0)
  }
}

function wantedFrom(name: string, options: ImportOptions): Wanted {
  const { ecdsa, bls, words, avs } = options
  checkName('name', name)
  if (ecdsa === bls) throw misused('one of --ecdsa and --bls is needed', 'say which kind of key it is')
  const kind: KeyKind = bls === true ? 'bls' : 'ecdsa'
  if (avs !== undefined) checkName('AVS', avs)
  if (avs !== undefined && kind === 'ecdsa') throw misused('--avs is for a BLS key', 'leave --avs out')
  const ofWords = [options.path, options.tree, options.passphrase, options.passphraseFile]
  if (words !== true && ofWords.some((option) => option !== undefined)) {
    throw misused('--path, --tree and --passphrase are for words', 'add --words, or leave them out')
  }
  if (options.tree !== undefined && kind === 'ecdsa') throw misused('--tree is for a BLS key', 'leave --tree out')
  const keyFormat = options.format ?? (kind === 'bls' ? 'eigenlayer-bls' : 'web3-v3')
  if (kindOf[keyFormat] !== kind) {
    throw misused(`--format ${keyFormat} holds no ${kindName[kind]} key`, 'leave --format out for the usual one')
  }
  const expected = options.expect === undefined ? undefined : expectedFrom(options.expect)
  if (expected !== undefined && expected.kind !== kind) {
    throw misused(`--expect names no ${kindName[kind]} key`, 'give an address for ECDSA, an operator id or G1 for BLS')
  }
  const inFolder = options.folder ?? defaultFolder()
  return { ...options, kind, keyFormat, expected, inFolder, fileName: keyFileName(name, kind, avs ?? null) }
}

const misused = (seen: string, hint: string): Error => refusal('reading the command line', 'usage', seen, hint)

async function readKey(wanted: Wanted): Promise<Read> {
  const typed = await secretText(wanted)
  try {
    return wanted.words === true ? await keyOfWords(typed, wanted) : keyOfSecret(typed, wanted)
  } finally {
    typed.fill(0)
  }
}

/** The secret or the words, as bytes: from the file, or from the person. */
async function secretText({ kind, words, file }: Wanted): Promise<Uint8Array> {
  if (file === undefined) {
    const what = words === true ? 'Words' : `Secret of the ${kindName[kind]} key`
    return askPassword(`${what} (not shown as you type): `, '--file')
  }
  const bytes = readBounded('reading secret', file, MAX_SECRET_FILE)
  if (bytes.length <= MAX_SECRET_FILE) return bytes
  bytes.fill(0)
  const seen = `${quote(file)} is larger than ${MAX_SECRET_FILE} bytes, expected a secret or words alone`
  throw refusal('reading secret', 'secret_invalid', seen, 'name a file that holds nothing else')
}

function keyOfSecret(typed: Uint8Array, { kind, expected }: Wanted): Read {
  const secret = secretFrom(typed)
  try {
    const hint = 'check that it was copied whole, and that it is of this kind of key'
    const where = 'the secret given'
    const key: AnyKey =
      kind === 'ecdsa' ? { kind, ...ecdsaKeyOf(secret, where, hint) } : { kind, ...blsKeyOf(secret, where, hint) }
    if (expected !== undefined) checkExpected(DOING, 'the key of this secret', key, expected)
    return { key, path: null, trees: [] }
  } catch (error) {
    secret.fill(0)
    throw error
  }
}

async function keyOfWords(typed: Uint8Array, wanted: Wanted): Promise<Read> {
  const mnemonic = Mnemonic.read(typed)
  const passphrase = await passphraseOf(wanted)
  try {
    const seed = mnemonic.seed(passphrase)
    try {
      return keyOfSeed(seed, wanted)
    } finally {
      seed.fill(0)
    }
  } finally {
    passphrase.fill(0)
  }
}

/** Typed twice where no public half would tell a slip: each passphrase is a key. */
async function passphraseOf({ passphrase, passphraseFile, expected }: Wanted): Promise<Uint8Array> {
  const fromFile = given({ file: passphraseFile })
  if (fromFile !== null) return fromFile
  if (passphrase !== true) return new Uint8Array(0)
  const typed = await askPassword('BIP-39 passphrase of the words: ', '--passphrase-file')
  try {
    if (expected === undefined) await confirm(typed, '--passphrase')
    return typed
  } catch (error) {
    typed.fill(0)
    throw error
  }
}

function warnOfUses(uses: readonly string[], avs: string | null): void {
  if (uses.length === 0) return
  const here = avs === null ? 'is' : `would be used for ${avs}, and is`
  const text = `this BLS key ${here} already used for ${uses.map((use) => quote(use)).join(', ')}: whoever gets the key of one AVS gets it of all`
  say(hang('warning: ', text))
}

async function save(target: string, key: AnyKey, wanted: Wanted, path: string | null): Promise<void> {
  const source = { file: wanted.passwordFile, descriptor: wanted.passwordFd }
  const password = await newPassword(quote(target), source, '--password')
  try {
    const place = path !== null && key.kind === 'bls' ? { derivationPath: path } : {}
    await saveKeyFile(target, key, { format: wanted.keyFormat, password, ...place })
  } finally {
    password.fill(0)
  }
}

function deliver(target: string, entry: KeyEntry, trees: readonly Bn254Tree[], json: boolean): void {
  if (json) {
    printJson({ keyFile: target, ...entry, trees })
    return
  }
  const both = trees.length > 1 ? factLines('tree', 'cerberus and EIP-2333, which agree') : []
  const one = trees.length === 1 && trees[0] !== undefined ? factLines('tree', treeName[trees[0]]) : []
  print([keyHeading(entry.file, entry), ...keyFactLines({ ...entry, tree: null }), ...both, ...one].join('\n'))
  say(hang('', `written to ${quote(target)}, and opened again`))
}
