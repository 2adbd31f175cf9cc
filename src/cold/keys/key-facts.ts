// What is public of a key, in lines of at most 80 columns: the same lines after a test, an export, an import, a conversion, a
// restore, and in the list of a folder.
import type { AnyKey } from '../keystore/key-file.ts'
import { publicHalf, type KeyEntry, type PublicHalf } from './key-index.ts'
import { kindName } from '../keystore/keystore.ts'
import type { Bn254Tree } from '../mnemonic/derive-bn254.ts'
import { quote, shown } from '../../shared/base/quote.ts'

const COLUMN = 12

/** A line of a fact; further values stand below the first. */
export const factLines = (name: string, ...values: readonly string[]): readonly string[] =>
  values.map((value, index) => `  ${(index === 0 ? name : '').padEnd(COLUMN)}${value}`)

/** The name of a tree, for a person. */
export const treeName: Readonly<Record<Bn254Tree, string>> = { cerberus: 'cerberus', eip2333: 'EIP-2333' }

/** The public half, and what is known beside it. */
export type KeyFacts = Omit<KeyEntry, 'file' | 'kind' | 'format'>

/** The public half of a key, opened or known from elsewhere; what is unknown has no line. */
export function publicLines({ address, operatorId, publicKeyG1, publicKeyG2 }: PublicHalf): readonly string[] {
  return [
    ...(address === null ? [] : factLines('address', address)),
    ...(operatorId === null ? [] : factLines('operator id', operatorId)),
    ...(publicKeyG1 === null ? [] : factLines('G1', ...publicKeyG1)),
    ...(publicKeyG2 === null ? [] : factLines('G2', ...publicKeyG2.flat())),
  ]
}

/** What is public of an opened key, as --json has it: what does not apply to its kind is left out. */
export const publicFacts = (key: AnyKey): object => ({
  kind: key.kind,
  ...Object.fromEntries(Object.entries(publicHalf(key)).filter(([, value]) => value !== null)),
})

/** The facts of a key, one or more lines each; what is unknown has none. */
export function keyFactLines(facts: KeyFacts): readonly string[] {
  const { label, avs, path, tree } = facts
  return [
    ...publicLines(facts),
    ...(label === '' ? [] : factLines('label', shown(label))),
    ...(avs === null ? [] : factLines('AVS', shown(avs))),
    ...(path === null ? [] : factLines('path', shownPath(path))),
    ...(tree === null ? [] : factLines('tree', treeName[tree])),
  ]
}

const shownPath = (path: string): string => (/^m[0-9/']{0,60}$/.test(path) ? path : quote(path, 60))

/** The heading of a key: its file, its kind and its format. */
export const keyHeading = (file: string, { kind, format }: Pick<KeyEntry, 'kind' | 'format'>): string =>
  `${file}  (${kindName[kind]}, ${format})`
