// airlock-cold keys new: new keys from new words, written down before anything is written.
//
// Plan, password, randomness (with dice or coins where wanted), words shown and asked back, then each key derived, saved,
// opened again and compared (key-file.ts), and named in the index. A break leaves whole files and a true index: --resume asks
// for the words and makes the rest.
//
// BLS keys come from the tree of EIP-2333, not from cerberus' variant of it (derive-bn254.ts); the index says so.
import { coldCommand, coldLine } from '../../shared/base/commands.ts'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hang, print, printJson, Progress, say } from '../../local/terminal.ts'
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { deriveBn254 } from '../mnemonic/derive-bn254.ts'
import { deriveEcdsa } from '../mnemonic/derive-ecdsa.ts'
import { mixEntropy, Rolls, rollsNeeded, SYSTEM_BYTES, type EntropyLength, type RollKind } from '../mnemonic/entropy.ts'
import { defaultFolder, ensureFolder } from './key-folder.ts'
import { keyName, saveKeyFile, type AnyKey } from '../keystore/key-file.ts'
import { addToIndex, entryOf, readIndex, type KeyEntry } from './key-index.ts'
import { planKeys, type KeyWish, type PlannedKey } from './key-plan.ts'
import { blsKeyOf, ecdsaKeyOf } from '../keystore/keys.ts'
import { showAndAskBack } from '../mnemonic/mnemonic-screen.ts'
import { Mnemonic } from '../mnemonic/mnemonic.ts'
import { newPassword } from '../keystore/passwords.ts'
import { askPassword } from '../../local/prompt.ts'

export interface NewOptions extends Omit<KeyWish, 'name'> {
  readonly folder?: string
  readonly words: number
  readonly dice?: boolean
  readonly coins?: boolean
  readonly passphrase?: boolean
  readonly resume?: boolean
  readonly passwordFile?: string
  readonly passwordFd?: number
  readonly json?: boolean
}

const DOING = 'making new keys'

/** Makes new keys. */
export async function newKeys(name: string, options: NewOptions): Promise<void> {
  const plan = planKeys({ ...options, name })
  const folder = options.folder ?? defaultFolder()
  const open = missingFiles(folder, plan, options.resume === true)
  const source = { file: options.passwordFile, descriptor: options.passwordFd }
  const password = await newPassword(`the new key ${plan.length === 1 ? 'file' : 'files'}`, source, '--password')
  try {
    const seed = await seedOf(options)
    try {
      if (options.resume === true) checkSameWords(folder, plan, seed)
      ensureFolder(folder)
      tell(folder, await makeAll(folder, open, seed, password), options)
    } finally {
      seed.fill(0)
    }
  } finally {
    password.fill(0)
  }
}

/** The keys of the plan whose files are not there; all of them must be missing unless a run is resumed. */
function missingFiles(folder: string, plan: readonly PlannedKey[], isResumed: boolean): readonly PlannedKey[] {
  const missing = plan.filter(({ file }) => !existsSync(join(folder, file)))
  const there = plan.length - missing.length
  if (isResumed && there === 0) {
    throw refusal(DOING, 'usage', `no key of this name is in ${quote(folder)} yet`, 'leave --resume out')
  }
  if (isResumed && missing.length === 0)
    throw refusal(DOING, 'key_exists', 'all keys are there already', 'nothing is left to do')
  if (isResumed || there === 0) return missing
  const seen = `${there} of ${plan.length} key files are in ${quote(folder)} already, and are not overwritten`
  throw refusal(DOING, 'key_exists', seen, 'choose another name, or add --resume to make the rest from the same words')
}

/** The seed of new words, or of words that are typed again. */
async function seedOf(options: NewOptions): Promise<Uint8Array> {
  const mnemonic = options.resume === true ? await typedMnemonic() : await newMnemonic(options)
  const passphrase = await passphraseOf(options)
  try {
    return mnemonic.seed(passphrase)
  } finally {
    passphrase.fill(0)
  }
}

async function typedMnemonic(): Promise<Mnemonic> {
  const typed = await askPassword('The words, separated by spaces (not shown): ', null)
  try {
    return Mnemonic.read(typed)
  } finally {
    typed.fill(0)
  }
}

async function newMnemonic(options: NewOptions): Promise<Mnemonic> {
  const length = ((options.words * 4) / 3) as EntropyLength
  const rolls = await askRolls(options, length)
  const system = randomBytes(SYSTEM_BYTES)
  try {
    const entropy = mixEntropy(system, rolls, length)
    const mnemonic = Mnemonic.of(entropy)
    entropy.fill(0)
    await showAndAskBack(mnemonic)
    return mnemonic
  } finally {
    system.fill(0)
    rolls?.text.fill(0)
  }
}

async function askRolls({ coins, dice }: NewOptions, length: EntropyLength): Promise<Rolls | null> {
  if (coins === true && dice === true) throw refusal(DOING, 'usage', 'both dice and coins were named', 'choose one')
  const kind: RollKind | null = dice === true ? 'dice' : coins === true ? 'coin' : null
  if (kind === null) return null
  const what = kind === 'dice' ? 'rolls of a die, 1 to 6' : 'tosses of a coin, H or T'
  say(
    hang(
      '',
      `Type at least ${rollsNeeded(kind, length)} ${what}; they are not shown. They are mixed with this machine's randomness, which they cannot weaken.`,
    ),
  )
  const typed = await askPassword('Rolls: ', null)
  try {
    return Rolls.read(kind, typed, length)
  } finally {
    typed.fill(0)
  }
}

async function passphraseOf({ passphrase }: NewOptions): Promise<Uint8Array> {
  if (passphrase !== true) return new Uint8Array()
  return askPassword('Passphrase of the words (BIP-39; lost with it are all keys): ', null)
}

function derived({ kind, path }: PlannedKey, seed: Uint8Array): AnyKey {
  const where = `the secret at ${path}`
  return kind === 'ecdsa'
    ? { kind, ...ecdsaKeyOf(deriveEcdsa(seed, path), where) }
    : { kind, ...blsKeyOf(deriveBn254(seed, path, 'eip2333'), where) }
}

/** The words of a resumed run must give the keys that are there. */
function checkSameWords(folder: string, plan: readonly PlannedKey[], seed: Uint8Array): void {
  const index = new Map(readIndex(folder).map((entry) => [entry.file, entry]))
  const known = plan.find(({ file }) => index.has(file))
  if (known === undefined) {
    const hint = `import the remaining keys one by one with ${coldCommand('keys import', { '--words': true })}`
    throw refusal(
      DOING,
      'key_index_invalid',
      `${quote(folder)} has no index that names the keys of the first run`,
      hint,
    )
  }
  const key = derived(known, seed)
  key.secret.fill(0)
  const entry = index.get(known.file)
  if ((entry?.address ?? entry?.operatorId) === keyName(key)) return
  const seen = `the words give ${keyName(key)} for ${known.file}, the index says ${entry?.address ?? entry?.operatorId ?? 'nothing'}`
  throw refusal(DOING, 'key_not_expected', seen, 'type the words of the first run, and its passphrase where it had one')
}

/** Derives, saves and indexes one key after another. */
async function makeAll(
  folder: string,
  plan: readonly PlannedKey[],
  seed: Uint8Array,
  password: Uint8Array,
): Promise<readonly KeyEntry[]> {
  const progress = new Progress()
  const entries: KeyEntry[] = []
  for (const [index, planned] of plan.entries()) {
    progress.update(`key ${index + 1} of ${plan.length}: ${planned.file}`)
    const key = derived(planned, seed)
    try {
      const { file, format, path } = planned
      await saveKeyFile(join(folder, file), key, { format, password, derivationPath: path })
      const tree = key.kind === 'bls' ? 'eip2333' : null
      const entry = entryOf(file, key, format, { ...planned, tree })
      addToIndex(folder, [entry])
      entries.push(entry)
    } finally {
      key.secret.fill(0)
    }
  }
  progress.end()
  return entries
}

function tell(folder: string, entries: readonly KeyEntry[], { json }: NewOptions): void {
  if (json === true) {
    printJson({ folder, keys: entries })
    return
  }
  print(
    `${entries.length === 1 ? 'One key was' : `${entries.length} keys were`} written to ${folder}, opened again and compared:`,
  )
  for (const { address, file, kind, operatorId } of entries) {
    print(`  ${file}`)
    print(kind === 'ecdsa' ? `    address      ${address ?? ''}` : `    operator id  ${operatorId ?? ''}`)
  }
  print('Next: prove that the paper is right, before stake depends on it:')
  for (const kind of new Set(entries.map((entry) => entry.kind)))
    print(`  ${coldLine('keys import', { [`--${kind}`]: true, '--words': true, '--expect': 'PUBLIC' })}`)
  print(`  ${coldLine('keys backup')}`)
}
