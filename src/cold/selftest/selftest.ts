// airlock-cold selftest: this build against known answers, its own built in, then any vector files or folders.
//
// The first disagreement is named with its file, case and field, and ends with exit code 9. A kind that this version
// does not know is counted as skipped and named, never passed over in silence; with --strict it fails too.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import approval from '../../../vectors/known-answers/approval.json' with { type: 'json' }
import blsRegistration from '../../../vectors/known-answers/bls-registration.json' with { type: 'json' }
import churnApproval from '../../../vectors/known-answers/churn-approval.json' with { type: 'json' }
import keyRegistrarBn254 from '../../../vectors/known-answers/key-registrar-bn254.json' with { type: 'json' }
import keyRegistrarEcdsa from '../../../vectors/known-answers/key-registrar-ecdsa.json' with { type: 'json' }
import hashToG1 from '../../../vectors/known-answers/hash-to-g1.json' with { type: 'json' }
import operatorAvsRegistration from '../../../vectors/known-answers/operator-avs-registration.json' with { type: 'json' }
import operatorSetsTransaction from '../../../vectors/known-answers/operator-sets-transaction.json' with { type: 'json' }
import publishedRegistration from '../../../vectors/known-answers/published-registration.json' with { type: 'json' }
import pubkeyRegistration from '../../../vectors/known-answers/pubkey-registration.json' with { type: 'json' }
import registerKeyTransaction from '../../../vectors/known-answers/register-key-transaction.json' with { type: 'json' }
import registrationTransaction from '../../../vectors/known-answers/registration-transaction.json' with { type: 'json' }
import { readBounded } from '../../local/files.ts'
import { print, printJson, Progress } from '../../local/terminal.ts'
import { catalogueDigest } from '../../shared/catalogue/catalogue.ts'
import { AirlockError, refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { checkFor, kindOf, vectorFile, type VectorCase } from './vectors.ts'

const DOING = 'testing known answers'
const MAX_VECTOR_FILE = 32 * 1024 * 1024

interface Batch {
  readonly name: string
  readonly cases: readonly VectorCase[]
}

const builtIn: readonly unknown[] = [
  hashToG1,
  operatorAvsRegistration,
  pubkeyRegistration,
  blsRegistration,
  registrationTransaction,
  operatorSetsTransaction,
  registerKeyTransaction,
  publishedRegistration,
  approval,
  churnApproval,
  keyRegistrarBn254,
  keyRegistrarEcdsa,
]

/** Counts by kind. */
interface Tally {
  readonly passed: Record<string, number>
  readonly skipped: Record<string, number>
}

/**
 * Runs the built-in known answers alone.
 *
 * @returns how many agree
 * @throws AirlockError selftest_failed, vectors_invalid
 */
export async function builtInTest(progress: Progress): Promise<number> {
  const tally: Tally = { passed: {}, skipped: {} }
  for (const content of builtIn) await runBatch(batchOf('built in', content), tally, progress)
  return sum(tally.passed)
}

/** Runs the built-in known answers, then the files and folders given. */
export async function selftest(
  paths: readonly string[],
  options: { readonly strict?: boolean; readonly json?: boolean },
): Promise<void> {
  const batches = [...builtIn.map((content) => batchOf('built in', content)), ...paths.flatMap(readPath)]
  const tally: Tally = { passed: {}, skipped: {} }
  const progress = new Progress()
  for (const batch of batches) await runBatch(batch, tally, progress)
  progress.end()
  report(tally, options.json === true)
  const skipped = Object.keys(tally.skipped)
  if (options.strict === true && skipped.length > 0) {
    const message = `this version does not know: ${skipped.map((kind) => quote(kind)).join(', ')}`
    throw refusal(DOING, 'selftest_skipped', message, 'leave --strict out, or use a version that knows them')
  }
}

function readPath(path: string): Batch[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [readBatch(path)]
  const files = readdirSync(path).filter((name) => name.endsWith('.json'))
  if (files.length === 0) {
    throw refusal(DOING, 'vectors_invalid', `${quote(path)} holds no .json file`, 'name a folder of vector files')
  }
  return files.toSorted().map((name) => readBatch(join(path, name)))
}

function readBatch(path: string): Batch {
  const bytes = readBounded('reading vectors', path, MAX_VECTOR_FILE)
  try {
    return batchOf(path, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (error) {
    if (error instanceof AirlockError) throw error
    throw notVectors(path)
  }
}

function batchOf(name: string, content: unknown): Batch {
  const result = vectorFile.safeParse(content)
  if (!result.success) throw notVectors(name)
  return { name, cases: result.data.cases }
}

const notVectors = (name: string): Error =>
  refusal(
    DOING,
    'vectors_invalid',
    `${quote(name)} is no vector file: it does not open with "airlock": "vectors/1"`,
    'see docs/vectors.md for the format',
  )

async function runBatch({ name, cases }: Batch, tally: Tally, progress: Progress): Promise<void> {
  for (const [index, vector] of cases.entries()) {
    const kind = kindOf(vector)
    const check = checkFor(kind)
    const counts = check === undefined ? tally.skipped : tally.passed
    progress.update(`${name}: ${index + 1} of ${cases.length}`)
    if (check !== undefined) await runCase(name, index, vector, check)
    counts[kind] = (counts[kind] ?? 0) + 1
  }
}

async function runCase(
  name: string,
  index: number,
  vector: VectorCase,
  check: NonNullable<ReturnType<typeof checkFor>>,
): Promise<void> {
  const where = `${quote(name)}, case ${index + 1} (${kindOf(vector)})`
  const hint = 'sign nothing with this build; build it again from its source and compare the SHA-256'
  let comparisons
  try {
    comparisons = await check(vector)
  } catch (error) {
    if (error instanceof AirlockError) throw refusal(DOING, 'selftest_failed', `${where}: ${error.message}`, hint)
    throw refusal(
      DOING,
      'vectors_invalid',
      `${where} lacks a field, or has one of another form`,
      'see docs/vectors.md for the format',
    )
  }
  for (const [what, expected, actual] of comparisons) {
    const [due, got] = [JSON.stringify(expected), JSON.stringify(actual) as string | undefined]
    if (due !== got)
      throw refusal(DOING, 'selftest_failed', `${where}: ${what} is ${got ?? 'absent'}, expected ${due}`, hint)
  }
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, count) => all + count, 0)

function report({ passed, skipped }: Tally, json: boolean): void {
  if (json) {
    printJson({ catalogue: catalogueDigest(), passed, skipped })
    return
  }
  const width = Math.max(...Object.keys({ ...passed, ...skipped }).map((kind) => kind.length))
  for (const [kind, count] of Object.entries(passed)) print(`ok       ${kind.padEnd(width)}  ${count}`)
  for (const [kind, count] of Object.entries(skipped)) print(`skipped  ${kind.padEnd(width)}  ${count}`)
  print(`Catalogue, SHA-256:\n  ${catalogueDigest()}`)
  print(`${sum(passed)} known answers agree, ${sum(skipped)} skipped`)
}
