// A policy: what the offline side may sign, declared in a file. No code, no expressions, no defaults that allow.
//
// "airlock: policy/1", YAML or JSON, one page in docs/policy.md. Every scalar arrives as text (policy-yaml.ts) and becomes a
// value here, in the spelling of src/shared/base/fields.ts: addresses in EIP-55, 32 bytes in lower-case hex, whole numbers without
// leading zeros, spans and amounts with their unit.
//
// What is left out is silent: it refuses nothing and vouches for nothing (policy-rules.ts). Refused: unknown and repeated
// fields, empty lists, entries given twice, and parts that contradict each other.
import * as z from 'zod'
import { readBounded } from '../../local/files.ts'
import {
  checkHeader,
  digestWords,
  documentDigest,
  MAX_DOCUMENT_BYTES,
  schemaProblems,
} from '../../shared/base/document.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'
import { refuseAll } from '../../shared/base/errors.ts'
import { address, bytes32, integer, issue, type Wei } from '../../shared/base/fields.ts'
import { operationKinds } from '../../shared/operations/operation-kinds.ts'
import { quorums } from '../../shared/operation-parts/quorums.ts'
import { MAX_GAS_LIMIT } from '../../shared/chain/transaction.ts'
import { readAmount, readDuration } from '../../shared/base/units.ts'
import { POLICY_HINT, readTree } from './policy-yaml.ts'

const HEADER = 'policy/1'

/** Text that a reader turns into a value; null is refused with `expected`. */
const read = <T>(reader: (text: string) => T | null, expected: string): z.ZodType<T, string> =>
  z.string().transform((text, context) => {
    const value = reader(text)
    if (value !== null) return value
    context.addIssue({ code: 'custom', ...issue('field_invalid', `expected ${expected}`) })
    return z.NEVER
  })

const whole = (least: number, most = Number.MAX_SAFE_INTEGER): z.ZodType<number, string> => {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`
  return read((text) => {
    const value = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : NaN
    return integer(least).safeParse(value).success && value <= most ? value : null
  }, `a whole number ${range}, in plain digits`)
}

const span = read((text) => readDuration(text) || null, 'a span of time such as 24h or 7d (s, m, h, d, w)')
const amount = read(
  (text) => readAmount(text, ['wei', 'gwei', 'ether', 'ETH']) as Wei | null,
  'an amount with its unit, such as 100 gwei or 0.05 ether',
)

const name = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9 ._-]{0,38}[A-Za-z0-9])?$/, {
  error: 'expected a name of 1 to 40 letters, digits, spaces, dots, hyphens and underscores',
})

/** A list with something in it and nothing in it twice. */
const list = <Item extends z.ZodType>(item: Item, most: number): z.ZodReadonly<z.ZodArray<Item>> =>
  z
    .array(item, { error: 'expected a list' })
    .min(1, 'expected at least one entry: leave the field out where nothing is to be said')
    .max(most, `expected at most ${most} entries`)
    .superRefine((items, context) => {
      const seen = items.map((entry) => JSON.stringify(entry))
      seen.forEach((entry, index) => {
        if (seen.indexOf(entry) < index) context.addIssue({ ...contradiction('it stands in this list twice', [index]) })
      })
    })
    .readonly()

const contradiction = (message: string, path: (string | number)[]): z.core.$ZodRawIssue<z.core.$ZodIssueCustom> => ({
  code: 'custom',
  path,
  input: undefined,
  ...issue('policy_file_invalid', message),
})

/** An empty one fits the empty socket, which a contract takes. */
const socketPattern = z.string().max(512, 'expected at most 512 characters')

const avs = z
  .strictObject({
    name,
    chain: whole(1),
    /** The AVS, by the address that EigenLayer knows it by. */
    serviceManager: address,
    registryCoordinator: address.optional(),
    /** Of operator sets: what AllocationManager calls. */
    registrar: address.optional(),
    /** Of AVSs that take operators by an ECDSAStakeRegistry. */
    stakeRegistry: address.optional(),
    avsDirectory: address.optional(),
    quorums: z.array(whole(0), { error: 'expected a list of quorum numbers' }).readonly().pipe(quorums).optional(),
    operatorSets: list(whole(0, 2 ** 32 - 1), 256).optional(),
    sockets: list(socketPattern, 32).optional(),
    blsOperatorId: bytes32.optional(),
  })
  .readonly()

/** EigenLayer's own contracts on a chain. */
const core = z
  .strictObject({
    chain: whole(1),
    avsDirectory: address.optional(),
    delegationManager: address.optional(),
    allocationManager: address.optional(),
    permissionController: address.optional(),
    keyRegistrar: address.optional(),
  })
  .readonly()
  .superRefine((pins, context) => {
    if (Object.keys(pins).length > 1) return
    context.addIssue(contradiction('expected at least one contract: leave the entry out where none is pinned', []))
  })

const limit = z.strictObject({ signatures: whole(1, 10_000), window: span, per: z.literal(['avs', 'key']) }).readonly()

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** Minutes after midnight. */
function readTime(text: string): number | null {
  const [, hours, minutes] = /^([01][0-9]|2[0-3]):([0-5][0-9])$/.exec(text) ?? []
  if (text === '24:00') return 24 * 60
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes)
}

/** Minutes east of UTC. */
function readOffset(text: string): number | null {
  const [, sign, hours, minutes] = /^([+-])(0[0-9]|1[0-4]):([0-5][0-9])$/.exec(text) ?? []
  return hours === undefined ? null : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

const hours = z
  .strictObject({
    days: list(z.literal(weekdays), 7),
    from: read(readTime, 'a time such as "08:00"'),
    to: read(readTime, 'a time such as "18:00"'),
    utcOffset: read(readOffset, 'hours and minutes east of UTC such as "+02:00"'),
  })
  .readonly()
  .superRefine(({ from, to }, context) => {
    if (from === to) context.addIssue(contradiction('expected another time than hours.from', ['to']))
    if (from === 24 * 60) context.addIssue(contradiction('expected "00:00" for the beginning of a day', ['from']))
  })

const approvals = z
  .strictObject({ needed: whole(1), approvers: list(z.strictObject({ name, address }).readonly(), 64) })
  .readonly()
  .superRefine(({ needed, approvers }, context) => {
    twice(approvers, 'address', context, ['approvers'])
    twice(approvers, 'name', context, ['approvers'])
    const people = new Set(approvers.map((approver) => approver.address)).size
    if (needed > people) {
      const message = `there ${people === 1 ? 'is 1 approver' : `are ${people} approvers`}, so nothing could be signed`
      context.addIssue(contradiction(message, ['needed']))
    }
  })

const fees = z
  .strictObject({
    highest: amount.optional(),
    gasPrice: amount.optional(),
    gasLimit: whole(1, MAX_GAS_LIMIT).optional(),
    rungs: whole(1, 16).optional(),
  })
  .readonly()

const policySchema = z
  .strictObject({
    airlock: z.literal(HEADER),
    network: z.literal(['refuse', 'allow']).optional(),
    operators: list(address, 256).optional(),
    /** Who may send for an operator in its stead; an operator itself always may. */
    senders: list(address, 256).optional(),
    operations: list(z.literal(operationKinds), 64).optional(),
    cores: list(core, 16).optional(),
    avss: list(avs, 64).optional(),
    expiry: z.strictObject({ longest: span }).readonly().optional(),
    fees: fees.optional(),
    blsKeys: z.literal(['one-per-avs', 'shared']).optional(),
    limits: list(limit, 16).optional(),
    hours: hours.optional(),
    approvals: approvals.optional(),
  })
  .readonly()
  .superRefine(({ avss = [], blsKeys, cores = [] }, context) => {
    const chains = cores.map(({ chain }) => ({ chain: String(chain) }))
    twice(chains, 'chain', context, ['cores'])
    twice(avss, 'name', context, ['avss'])
    const places = avss.map(({ chain, serviceManager }) => ({ serviceManager: `${chain} ${serviceManager}` }))
    twice(places, 'serviceManager', context, ['avss'])
    if (blsKeys === 'one-per-avs') twice(avss, 'blsOperatorId', context, ['avss'])
  })

/** A policy whose every field is well-formed and that does not contradict itself. */
export type Policy = z.output<typeof policySchema>
/** What a policy says of one AVS. */
export type AvsPolicy = z.output<typeof avs>
/** What a policy says of EigenLayer on one chain. */
export type CorePolicy = z.output<typeof core>
/** So many signatures in a window of seconds, for each AVS or for each key. */
export type LimitPolicy = z.output<typeof limit>

/** Finds fault with entries that share what must tell them apart. */
function twice<Field extends string>(
  entries: readonly Partial<Readonly<Record<Field, string | undefined>>>[],
  field: Field,
  context: { addIssue: (found: z.core.$ZodRawIssue<z.core.$ZodIssueCustom>) => void },
  path: readonly string[],
): void {
  entries.forEach((entry, index) => {
    const first = entries.findIndex((other) => other[field] === entry[field])
    if (entry[field] === undefined || first === index) return
    context.addIssue(contradiction(`${path.join('.')}[${first}] has the same one`, [...path, index, field]))
  })
}

/** A policy with the digest of its file. */
export interface PolicyDocument {
  readonly policy: Policy
  readonly digest: DocumentDigest
  /** Eight words for the digest, to be compared aloud. */
  readonly words: readonly string[]
}

/**
 * Reads a policy.
 *
 * @param doing what the caller is doing, for the refusal
 * @param bytes the file's content
 * @throws AirlockError with every fault and its line: policy_file_invalid, those of a document's header and fields
 */
export function parsePolicy(doing: string, bytes: Uint8Array): PolicyDocument {
  const { tree, lineOf } = readTree(doing, bytes)
  checkHeader(doing, tree, HEADER, POLICY_HINT)
  const result = policySchema.safeParse(tree)
  if (!result.success) {
    refuseAll(
      doing,
      schemaProblems(result.error.issues, tree, POLICY_HINT, (path) => `line ${lineOf(path)}: `),
    )
    throw result.error
  }
  const digest = documentDigest(bytes)
  return { policy: result.data, digest, words: digestWords(digest) }
}

/**
 * Reads a policy from its file.
 *
 * @throws AirlockError of reading a file, and of parsePolicy
 */
export function loadPolicy(path: string): PolicyDocument {
  return parsePolicy('reading policy', readBounded('reading policy', path, MAX_DOCUMENT_BYTES))
}
