// The catalogue: AVSs and EigenLayer's own contracts, pinned in the build; catalogue.json has each entry with its source.
//
// Held against its schema (catalogue-schema.ts) when the programs are built, not at each start. The file is canonical JSON, so
// that its digest here is what sha256sum prints of it, and both machines can compare what they know. docs/avs-catalogue.md
// describes every field.
import content from './catalogue.json' with { type: 'json' }
import { canonicalBytes, documentDigest, type DocumentDigest } from '../base/document.ts'
import type { Address } from '../base/fields.ts'
import type { Avs, AvsKind, Catalogue, Core } from './catalogue-schema.ts'

/** What each kind is, for people. */
export const kindNames: Readonly<Record<AvsKind, string>> = {
  m2: 'M2 middleware',
  eigenda: "EigenDA's M2 middleware",
  'm2-fork': 'a fork of the M2 middleware with another registerOperator',
  'ecdsa-stake': 'an ECDSAStakeRegistry',
  othentic: "Othentic's AvsGovernance",
  own: 'contracts of its own',
}

const catalogue = content as unknown as Catalogue

/** Every AVS of the catalogue, a chain at a time. */
export const avss: readonly Avs[] = catalogue.avss

/** EigenLayer's contracts, one entry a chain. */
export const cores: readonly Core[] = catalogue.cores

/** The SHA-256 of catalogue.json, as sha256sum prints it. */
export const catalogueDigest = (): DocumentDigest => (digest ??= documentDigest(canonicalBytes(content)))
let digest: DocumentDigest | undefined

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

/** The AVS that has this contract on a chain; on any chain where none is given, if it is one AVS's alone. */
export function avsAt(onChain: number | undefined, contract: Address): Avs | undefined {
  const [found, ...others] = avss.filter(
    ({ chainId, contracts }) =>
      (onChain === undefined || chainId === onChain) && Object.values(contracts).includes(contract),
  )
  return others.length === 0 ? found : undefined
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
