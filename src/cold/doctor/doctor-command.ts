// airlock-cold doctor [REQUEST]: is this machine fit for a ceremony? Looked at before anything is at stake.
//
// Takes the flags of sign, so that the same line can be typed with another first word. Opens no key file and no password
// file, asks nothing, changes nothing, and needs no key. Each check prints one line with its word in column one; problems
// then end the program as refusals do, gravest first: this build, the machine, the keys. A warning and a "?" end with 0.
//
// What each check reads and means: docs/doctor.md.
import { coldCommand } from '../../shared/base/commands.ts'
import { dirname } from 'node:path'
import type { Command } from 'commander'
import { clockNow } from '../../local/clock.ts'
import { isFolder } from '../../local/files.ts'
import { addCommand } from '../../local/program.ts'
import { hang, print, printJson, Progress, styled } from '../../local/terminal.ts'
import { catalogueDigest } from '../../shared/catalogue/catalogue.ts'
import { codes, type ExitClass } from '../../shared/base/error-codes.ts'
import { AirlockError, refuseAll, type Problem } from '../../shared/base/errors.ts'
import type { UnixSeconds } from '../../shared/base/fields.ts'
import { quote } from '../../shared/base/quote.ts'
import { ok, problem, unknown, type Check } from '../machine/check.ts'
import { clockCheck, entropyCheck } from '../machine/clock-checks.ts'
import { fileChecks, type CeremonyFiles } from '../machine/file-checks.ts'
import { loadRequest } from '../signing/inspect-command.ts'
import { defaultFolder } from '../keys/key-folder.ts'
import { ledgerChecks } from './ledger-checks.ts'
import { ledgerFolder } from '../ledger/ledger.ts'
import { memoryChecks } from '../machine/memory-checks.ts'
import { networkProblems, networkState } from '../machine/network-state.ts'
import { ownBuild } from '../machine/own-build.ts'
import { radioChecks } from '../machine/radios.ts'
import { builtInTest } from '../selftest/selftest.ts'
import type { ValidRequest } from '../validate/validate.ts'

export interface DoctorOptions {
  readonly output?: string
  readonly folder?: string
  readonly ledger?: string
  readonly ecdsaKeystore?: string
  readonly blsKeystore?: string
  readonly ecdsaPasswordFile?: string
  readonly blsPasswordFile?: string
  readonly json?: boolean
}

/** What the checks are about. */
interface Patient {
  readonly request: ValidRequest | null
  readonly clock: UnixSeconds
  readonly files: CeremonyFiles
  /** The folder of the ledger; null where it cannot be known. */
  readonly ledger: string | null
  readonly progress: Progress
}

/** Every check, in the order of the screen. A new one is a line here, and a section of docs/doctor.md. */
const examinations: readonly ((patient: Patient) => readonly Check[] | Promise<readonly Check[]>)[] = [
  () => [networkCheck()],
  () => radioChecks(),
  () => memoryChecks(),
  ({ clock, request }) => [clockCheck(clock, request?.request.block.timestamp ?? null)],
  () => [entropyCheck()],
  ({ files }) => fileChecks(files),
  ({ ledger, clock }) => ledgerChecks(ledger, clock),
  async ({ progress }) => [await selftestCheck(progress)],
]

/** Adds `doctor`. */
export function addDoctor(program: Command): void {
  addCommand(program, 'doctor [request]', 'look whether this machine is fit for a ceremony', [
    'airlock-cold doctor',
    'airlock-cold doctor request.json -o response.json \\',
    '    --ecdsa-keystore ~/.eigenlayer/operator_keys/op.ecdsa.key.json \\',
    '    --bls-keystore ~/.eigenlayer/operator_keys/op.bls.key.json',
  ])
    .option('-o, --output <file>', 'where the response will go')
    .option('--folder <folder>', 'folder of keys (default: ~/.eigenlayer/operator_keys)')
    .option('--ledger <folder>', 'the ledger (default: ~/.airlock/ledger)')
    .option('--ecdsa-keystore <file>', 'key file of the operator; stays closed')
    .option('--bls-keystore <file>', 'BLS key file; stays closed')
    .option('--ecdsa-password-file <file>', 'its permissions are looked at')
    .option('--bls-password-file <file>', 'its permissions are looked at')
    .action(doctor)
}

/** Looks at the machine, and at the request where one is named. */
export async function doctor(path: string | undefined, options: DoctorOptions): Promise<void> {
  const clock = clockNow()
  const progress = new Progress()
  const { request, checks: requestChecks } = await examineRequest(path, clock)
  const ledger = options.ledger ?? (process.env['HOME'] === undefined ? null : ledgerFolder(undefined))
  const patient = { request, clock, progress, files: ceremonyFiles(options), ledger }
  const checks = [...requestChecks]
  for (const examine of examinations) checks.push(...(await examine(patient)))
  progress.end()
  report(checks, path, options.json === true)
  refuseAll('looking at this machine', problemsOf(checks))
}

/** The request, and whether it can be signed at all; what is wrong with it becomes part of the list. */
async function examineRequest(
  path: string | undefined,
  clock: UnixSeconds,
): Promise<{ readonly request: ValidRequest | null; readonly checks: readonly Check[] }> {
  if (path === undefined) return { request: null, checks: [] }
  try {
    const request = await loadRequest(path, clock)
    const message = `${quote(path)} can be read and is true to itself: ${request.words.slice(0, 4).join(' ')} ...`
    return { request, checks: [ok('request', message)] }
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error
    return { request: null, checks: error.problems.map((one) => problem('request', one)) }
  }
}

function ceremonyFiles(options: DoctorOptions): CeremonyFiles {
  const given = (...paths: readonly (string | undefined)[]): string[] => paths.filter((path) => path !== undefined)
  const home = process.env['HOME'] ?? ''
  const usual = home === '' ? null : defaultFolder()
  return {
    keyFiles: given(options.ecdsaKeystore, options.blsKeystore),
    passwordFiles: given(options.ecdsaPasswordFile, options.blsPasswordFile),
    keyFolder: options.folder ?? (usual !== null && isFolder(usual) ? usual : null),
    outputFolder: options.output === undefined ? '.' : dirname(options.output),
    home: home === '' ? null : home,
  }
}

function networkCheck(): Check {
  const state = networkState()
  const [connected] = networkProblems(state)
  if (connected !== undefined) return problem('network', connected)
  const message = ['no interface is connected', ...state.details].join('; ')
  if (state.state === 'none') return ok('network', message)
  return unknown('network', state.details.join('; '), 'see for yourself that no cable is in and no radio is on')
}

async function selftestCheck(progress: Progress): Promise<Check> {
  try {
    return ok('self-test', `${await builtInTest(progress)} known answers agree`)
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error
    return problem('self-test', error.problems[0])
  }
}

const words = {
  ok: { word: 'ok', style: 'green' },
  warning: { word: 'WARNING', style: 'yellow' },
  problem: { word: 'PROBLEM', style: 'red' },
  unknown: { word: '?', style: 'cyan' },
} as const

function report(checks: readonly Check[], path: string | undefined, json: boolean): void {
  const build = ownBuild()
  if (json) {
    printJson({ ...build, catalogue: catalogueDigest(), checks })
    return
  }
  for (const check of checks) print(checkLines(check))
  print(`\nairlock-cold ${build.version}, SHA-256 of the file that runs:\n  ${build.sha256}`)
  print(`Its catalogue of AVSs, SHA-256:\n  ${catalogueDigest()}`)
  print(`\n${hang('', summary(checks, path))}`)
}

/** A check as a line; what to do about it below. A problem's hint comes with its refusal. */
function checkLines(check: Check): string {
  const { word, style } = words[check.says]
  const line = hang(`${word.padEnd(8)}${check.name.padEnd(12)} `, check.message)
  const marked = styled(process.stdout, style, word) + line.slice(word.length)
  return check.says === 'warning' || check.says === 'unknown'
    ? `${marked}\n${hang(' '.repeat(21), check.hint)}`
    : marked
}

function summary(checks: readonly Check[], path: string | undefined): string {
  const count = (says: Check['says'], one: string, more: string): string[] => {
    const { length } = checks.filter((check) => check.says === says)
    return length === 0 ? [] : [`${length} ${length === 1 ? one : more}`]
  }
  const counts = [
    ...count('problem', 'problem', 'problems'),
    ...count('warning', 'warning', 'warnings'),
    ...count('unknown', 'unknown', 'unknowns'),
  ]
  const found = counts.length === 0 ? `All ${checks.length} checks are well.` : `${counts.join(', ')}.`
  if (problemsOf(checks).length > 0) return `${found} Mend the problems, then type the same command again.`
  return `${found} Next: ${coldCommand('inspect', { REQUEST: path ?? 'request.json' })}`
}

const gravest: readonly ExitClass[] = ['integrity', 'frozen', 'policy', 'key', 'expired', 'invalid', 'usage']

/** The problems, gravest first: the first decides the exit code. */
function problemsOf(checks: readonly Check[]): readonly Problem[] {
  const rank = ({ code }: Problem): number => gravest.indexOf(codes[code])
  return checks
    .flatMap((check): Problem[] => {
      if (check.says !== 'problem') return []
      const { code, message, hint } = check
      return [hint === undefined ? { code, message } : { code, message, hint }]
    })
    .toSorted((one, other) => rank(one) - rank(other))
}
