// The catalogue: AVSs and EigenLayer's own contracts, pinned in the build; catalogue.json has each entry with its source.
//
// Held against its schema when it is loaded: an address that is not in EIP-55, or a field too many, stops the program. What no
// source says is null, never a guess. The file is canonical JSON, so that its digest here is what sha256sum prints of it, and
// both machines can compare what they know. docs/avs-catalogue.md describes every field.
import * as z from 'zod'
import content from './catalogue.json' with { type: 'json' }
import { canonicalBytes, documentDigest, type DocumentDigest } from './document.ts'
import { address, type Address } from './fields.ts'
import { avsDirectoryVersions } from './typed-data.ts'

/** How an AVS takes its operators. */
export const avsKinds = ['m2', 'eigenda', 'm2-fork', 'ecdsa-stake', 'othentic', 'own'] as const
export type AvsKind = (typeof avsKinds)[number]

/** What each kind is, for people. */
export const kindNames: Readonly<Record<AvsKind, string>> = {
  m2: 'M2 middleware',
  eigenda: "EigenDA's M2 middleware",
  'm2-fork': 'a fork of the M2 middleware with another registerOperator',
  'ecdsa-stake': 'an ECDSAStakeRegistry',
  othentic: "Othentic's AvsGovernance",
  own: 'contracts of its own',
}

const contracts = z.record(z.string(), address).readonly()
const chainId = z.int().positive()
const source = z.string().min(1)

const implementation = z.strictObject({ address, since: z.iso.date().nullable(), source }).readonly()
/** What a proxy ran when its source looked; `since` is the day from which a source says so, null where none does. */
export type Implementation = z.output<typeof implementation>
const implementations = z.record(z.string(), implementation).readonly()

const avs = z
  .strictObject({
    allowList: z.boolean().nullable(),
    chainId,
    contracts,
    id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    implementations,
    kind: z.literal(avsKinds),
    links: z.array(z.httpUrl()).readonly(),
    name: z.string().min(1),
    quorums: z
      .array(z.strictObject({ name: z.string().min(1).nullable(), number: z.int().min(0).max(191) }).readonly())
      .readonly()
      .nullable(),
    registerFunction: z.string().min(1).nullable(),
    socketPatterns: z.array(z.string().min(1)).min(1).readonly().nullable(),
    source,
  })
  .readonly()
/** An AVS on one chain. Contracts by their names, and the implementations of those that a source says; null where none does. */
export type Avs = z.output<typeof avs>

const core = z
  .strictObject({
    avsDirectoryDomainVersion: z.literal(avsDirectoryVersions),
    chainId,
    contracts,
    implementations,
    name: z.literal('EigenLayer'),
    source,
  })
  .readonly()
/** EigenLayer on one chain, with the flavour that its AVSDirectory's domain had last. */
export type Core = z.output<typeof core>

const schema = z.strictObject({
  airlock: z.literal('catalogue/1'),
  avss: z.array(avs).readonly(),
  cores: z.array(core).readonly(),
})

const catalogue = schema.parse(content)

/** Every AVS of the catalogue, a chain at a time. */
export const avss: readonly Avs[] = catalogue.avss

/** EigenLayer's contracts, one entry a chain. */
export const cores: readonly Core[] = catalogue.cores

/** The SHA-256 of catalogue.json, as sha256sum prints it. */
export const catalogueDigest: DocumentDigest = documentDigest(canonicalBytes(content))

/** The command of `airlock-hot build` that registers with each kind; null where there is none. */
export const registerCommands: Readonly<Record<AvsKind, 'register' | 'register-with-stake-registry' | null>> = {
  m2: 'register',
  eigenda: 'register',
  'm2-fork': null,
  'ecdsa-stake': 'register-with-stake-registry',
  othentic: null,
  own: null,
}

/** True for the kinds that operations/register.ts can register with. */
export const isRegistrable = (kind: AvsKind): boolean => registerCommands[kind] === 'register'

/** The entries of an AVS by its id, one a chain; none when there is no such AVS. */
export const avssNamed = (id: string): readonly Avs[] => avss.filter((known) => known.id === id)

/** The AVS whose RegistryCoordinator this is. */
export function avsOfCoordinator(onChain: number, coordinator: Address): Avs | undefined {
  return avss.find((known) => known.chainId === onChain && known.contracts['RegistryCoordinator'] === coordinator)
}

/**
 * The ids that somebody may have meant: those that hold what was typed, or that are two slips away from it at most.
 *
 * @param typed any text
 * @returns in the order of the alphabet
 */
export function similarIds(typed: string): readonly string[] {
  const wanted = typed.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const ids = [...new Set(avss.map(({ id }) => id))].toSorted()
  const holding = ids.filter((id) => wanted.length > 1 && (id.includes(wanted) || wanted.includes(id)))
  return holding.length > 0 ? holding : ids.filter((id) => slips(wanted.slice(0, 64), id) <= 2)
}

/** The fewest letters to add, drop or change from one word to another (Levenshtein). */
function slips(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1]
    for (const [at, other] of Array.from(to).entries()) {
      const changed = (row[at] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
