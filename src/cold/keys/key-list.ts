// airlock-cold keys list [FOLDER]: which key is which, without a password.
//
// What a file says of its own key is not authenticated: such lines are marked "as the file says", unless the index of the
// folder, which was written when the key was open, says the same. A file that is no key file is named with the reason.
//
// Warned about: a BLS key that serves two AVSs, files that others can read, an index and a file that differ, a file
// named in the index that is gone.
import type { Command } from 'commander'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { getAddress } from 'viem'
import { fileFault, fileMode, isLink } from '../../local/files.ts'
import { addCommand } from '../../local/program.ts'
import { hang, print, printJson, say } from '../../local/terminal.ts'
import { operatorId } from '../../shared/chain/bn254.ts'
import { AirlockError } from '../../shared/base/errors.ts'
import { quote, shown } from '../../shared/base/quote.ts'
import { keyFactLines, keyHeading, type KeyFacts } from './key-facts.ts'
import { defaultFolder } from './key-folder.ts'
import { INDEX, readIndex, type KeyEntry } from './key-index.ts'
import type { Claim, KeyFormat, KeyKind } from '../keystore/keystore-formats.ts'
import { readAnyKeystore } from '../keystore/keystore.ts'

/** Whom the public half is known from: the index and the file, the file alone, or neither agrees. */
type Known = 'index' | 'file' | 'differs'

/** A key file, as far as it is known without its password. */
export interface ListedKey extends KeyFacts {
  readonly file: string
  readonly kind: KeyKind
  readonly format: KeyFormat
  readonly knownFrom: Known
}

/** A file that is none. */
interface OtherFile {
  readonly file: string
  readonly reason: string
}

/** A folder looked through. */
export interface KeyList {
  readonly folder: string
  readonly keys: readonly ListedKey[]
  readonly otherFiles: readonly OtherFile[]
  readonly warnings: readonly string[]
}

/** Adds `keys list`. */
export function addList(keys: Command): void {
  addCommand(keys, 'list [folder]', 'show what is public of each key file of a folder', [
    'airlock-cold keys list',
    'airlock-cold keys list /media/usb/operator_keys --json',
  ]).action((folder: string | undefined, options: { readonly json?: boolean }) => {
    listKeys(folder, options)
  })
}

/** Lists the keys of a folder. */
export function listKeys(folder: string | undefined, options: { readonly json?: boolean }): void {
  const list = keysIn(folder ?? defaultFolder())
  if (options.json === true) printJson(list)
  else print(listText(list))
  for (const warning of list.warnings) say(hang('warning: ', warning))
}

/**
 * Looks through a folder.
 *
 * @throws AirlockError key_index_invalid, file_not_found, file_unreadable
 */
export function keysIn(folder: string): KeyList {
  const entries = new Map(readIndex(folder).map((entry) => [entry.file, entry]))
  const files = filesIn(folder)
  const looked = files.map((file) => look(folder, file, entries.get(file)))
  const keys = looked.flatMap((found) => ('kind' in found ? [found] : []))
  const warnings = [
    ...keys.filter(({ knownFrom }) => knownFrom === 'differs').map(differsWarning),
    ...files.flatMap((file) => modeWarnings(folder, file)),
    ...sharedKeyWarnings(keys),
    ...[...entries.keys()].filter((file) => !files.includes(file)).map(goneWarning),
  ]
  return { folder, keys, otherFiles: looked.flatMap((found) => ('kind' in found ? [] : [found])), warnings }
}

function filesIn(folder: string): readonly string[] {
  try {
    const found = readdirSync(folder, { withFileTypes: true })
    const files = found.filter((one) => !one.isDirectory() && one.name !== INDEX)
    return files.map(({ name }) => name).toSorted()
  } catch (error) {
    throw fileFault('listing keys', folder, error)
  }
}

function look(folder: string, file: string, entry: KeyEntry | undefined): ListedKey | OtherFile {
  const path = join(folder, file)
  if (isLink(path)) return { file, reason: 'a symbolic link, which no command opens' }
  try {
    const { kind, format, claims } = readAnyKeystore(path)
    const claimed = factsOf(claims)
    const knownFrom: Known = entry === undefined ? 'file' : agrees(entry, format, claimed) ? 'index' : 'differs'
    return { file, kind, format, ...(knownFrom === 'index' && entry !== undefined ? entry : claimed), knownFrom }
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error
    return { file, reason: error.problems[0].message.replace(quote(path), 'it') }
  }
}

const UNKNOWN: KeyFacts = {
  ...{ address: null, operatorId: null, publicKeyG1: null, publicKeyG2: null },
  ...{ label: '', avs: null, path: null, tree: null },
}

function factsOf(claims: Claim | null): KeyFacts {
  if (claims === null) return UNKNOWN
  if ('address' in claims) return { ...UNKNOWN, address: getAddress(claims.address) }
  if ('publicKeyG2' in claims) {
    const [x, y] = claims.publicKeyG2
    return { ...UNKNOWN, publicKeyG2: [[...x], [...y]] }
  }
  return { ...UNKNOWN, publicKeyG1: [...claims.publicKeyG1], operatorId: operatorId(claims.publicKeyG1) }
}

/** True when an entry says nothing else than the file, which may say less. */
function agrees(entry: KeyEntry, format: KeyFormat, claimed: KeyFacts): boolean {
  const same = (ofFile: unknown, ofEntry: unknown): boolean =>
    ofFile === null || JSON.stringify(ofFile) === JSON.stringify(ofEntry)
  return (
    entry.format === format &&
    same(claimed.address, entry.address) &&
    same(claimed.publicKeyG1, entry.publicKeyG1) &&
    same(claimed.operatorId, entry.operatorId) &&
    same(claimed.publicKeyG2, entry.publicKeyG2)
  )
}

const differsWarning = ({ file }: ListedKey): string =>
  `${shown(file)} is not the key file that the index names: one of the two was changed or replaced`

const goneWarning = (file: string): string => `${shown(file)} is named in the index and not there`

function modeWarnings(folder: string, file: string): readonly string[] {
  const path = join(folder, file)
  if (isLink(path)) return []
  const mode = fileMode(path)
  if ((mode & 0o077) === 0) return []
  return [`${shown(file)} can be read by others (mode ${mode.toString(8).padStart(3, '0')}): chmod 600 it`]
}

function sharedKeyWarnings(keys: readonly ListedKey[]): readonly string[] {
  const uses = new Map<string, Set<string>>()
  for (const { operatorId: id, avs } of keys) {
    if (id === null || avs === null) continue
    uses.set(id, (uses.get(id) ?? new Set()).add(avs))
  }
  const shared = [...uses].filter(([, avss]) => avss.size > 1)
  return shared.map(
    ([id, avss]) =>
      `the BLS key ${id} is used for ${[...avss].map(shown).join(' and ')}: whoever gets the key of one AVS gets it of all`,
  )
}

function listText({ folder, keys, otherFiles }: KeyList): string {
  const parts = [
    ...keys.map((key) => [keyHeading(shown(key.file), key), ...knownLines(key), ...keyFactLines(key)].join('\n')),
    ...(otherFiles.length === 0 ? [] : [['No key files:', ...otherFiles.map(otherLine)].join('\n')]),
  ]
  return parts.length === 0 ? `there is no file in ${quote(folder)}` : parts.join('\n\n')
}

const otherLine = ({ file, reason }: OtherFile): string => hang(`  ${shown(file)}: `, reason)

const knownLines = ({ knownFrom, address, operatorId: id, publicKeyG2 }: ListedKey): readonly string[] => {
  if (knownFrom === 'index') return []
  const saysNothing = address === null && id === null && publicKeyG2 === null
  return [
    saysNothing ? '  the file says nothing of its public key' : '  as the file says, unproven until it is opened:',
  ]
}
