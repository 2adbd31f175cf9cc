// What an entry of catalogue.json is made of.
//
// The build holds the file against this schema and its one spelling, and stops where an address is not in EIP-55 or a field is
// too many; a program that starts believes what was built into it. What no source says is null, never a guess.
import * as z from 'zod'
import { address } from '../base/fields.ts'
import { avsDirectoryVersions } from '../chain/typed-data.ts'

/** How an AVS takes its operators. */
export const avsKinds = ['m2', 'eigenda', 'm2-fork', 'ecdsa-stake', 'othentic', 'own'] as const
export type AvsKind = (typeof avsKinds)[number]

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

/** The whole file. */
export const catalogueSchema = z.strictObject({
  airlock: z.literal('catalogue/1'),
  avss: z.array(avs).readonly(),
  cores: z.array(core).readonly(),
})
export type Catalogue = z.output<typeof catalogueSchema>
