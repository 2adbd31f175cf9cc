// Commands as hints and next steps print them: each can be typed as it stands, but for words in capitals, which a person fills in.
//
// No other file spells one: names and flags come from command-table.ts, and a flag that a command does not have is no type here. What is
// given comes first, in the order in which it is given; what a command needs beside that follows. Values are spelled for a shell.
import { BUILD_NEEDS, builds, cold, hot, type BUILD_MAY, type Row, type Term } from './command-table.ts'
import { shellWord } from './shell-word.ts'

/** The kinds that can be built. */
export type BuildKind = keyof typeof builds

type Values = Readonly<Record<string, CommandValue | undefined>>

/** A value of an argument or a flag; a list repeats the flag; true for a flag without a value. */
export type CommandValue = string | number | true | readonly (string | number)[]

/** A flag with its value; null where there is none to give. */
export type Flag = readonly [name: string, value: string | number] | null

type NameOf<T> = T extends `${infer Name} ${string}` ? Name : T
type OneOf<T> = T extends readonly (infer Alternative)[] ? Alternative : T
type MayOf<R> = R extends { readonly may: readonly (infer Each)[] } ? Each : never
type NamesOf<R extends Row> = NameOf<OneOf<R['needs'][number]> | MayOf<R>>
type ValuesOf<R extends Row> = [NamesOf<R>] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Name in NamesOf<R> & string]?: CommandValue | undefined }
type BuildValues<Kind extends BuildKind> = ValuesOf<(typeof builds)[Kind]> &
  ValuesOf<{ readonly needs: typeof BUILD_NEEDS; readonly may: typeof BUILD_MAY }>

const nameOf = (term: string): string => term.split(' ', 1)[0] ?? ''

const isArgument = (term: Term): term is string => typeof term === 'string' && !term.startsWith('-')

const listed = (value: CommandValue): readonly (string | number | true)[] =>
  typeof value === 'object' ? value : [value]

const words = (value: CommandValue): readonly string[] => listed(value).map((each) => shellWord(String(each)))

const flagWords = (name: string, value: CommandValue): readonly string[] =>
  listed(value).map((each) => (each === true ? name : `${name} ${shellWord(String(each))}`))

/** Arguments first: those that are needed, then what else was given; flags as given; then what is needed and was not given. */
function spell(name: string, needs: readonly Term[], values: Values): string {
  const given = Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))
  const known = new Map(given)
  const needed = needs.filter(isArgument)
  const placed = needed.flatMap((word) => words(known.get(word) ?? word).join(' '))
  const more = given.flatMap(([key, value]) => (key.startsWith('-') || needed.includes(key) ? [] : words(value)))
  const flags = given.flatMap(([key, value]) => (key.startsWith('-') ? flagWords(key, value) : []))
  const missing = needs.flatMap((term) => {
    if (isArgument(term)) return []
    const alternatives = typeof term === 'string' ? [term] : term
    return alternatives.some((one) => known.has(nameOf(one))) ? [] : [alternatives[0] ?? '']
  })
  return [name, ...placed, ...more, ...flags, ...missing].join(' ')
}

const hint = (line: string): string => `\`${line}\``

/** A command of airlock-hot. */
export const hotLine = <Name extends keyof typeof hot>(name: Name, values: ValuesOf<(typeof hot)[Name]> = {}): string =>
  spell(`airlock-hot ${name}`, hot[name].needs, values)

/** A command of airlock-cold. */
export const coldLine = <Name extends keyof typeof cold>(
  name: Name,
  values: ValuesOf<(typeof cold)[Name]> = {},
): string => spell(`airlock-cold ${name}`, cold[name].needs, values)

/** The command that builds a request of a kind. */
export const buildLine = <Kind extends BuildKind>(kind: Kind, values: BuildValues<Kind> = {}): string =>
  spell(`airlock-hot build ${kind}`, [...builds[kind].needs, ...BUILD_NEEDS], values)

/** The same with flags that were found at run time. */
export function buildWith(kind: BuildKind, flags: readonly Flag[]): string {
  const values = new Map<string, (string | number)[]>()
  for (const flag of flags) if (flag !== null) values.set(flag[0], [...(values.get(flag[0]) ?? []), flag[1]])
  return buildLine(kind, Object.fromEntries(values))
}

/** A command of airlock-hot, as it stands in a sentence. */
export const hotCommand = <Name extends keyof typeof hot>(name: Name, values?: ValuesOf<(typeof hot)[Name]>): string =>
  hint(hotLine(name, values))

/** A command of airlock-cold, as it stands in a sentence. */
export const coldCommand = <Name extends keyof typeof cold>(
  name: Name,
  values?: ValuesOf<(typeof cold)[Name]>,
): string => hint(coldLine(name, values))

/** The command that builds a request of a kind, as it stands in a sentence. */
export const buildCommand = <Kind extends BuildKind>(kind: Kind, values?: BuildValues<Kind>): string =>
  hint(buildLine(kind, values))
