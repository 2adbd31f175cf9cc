// The commands of `airlock-cold policy`: check, explain, init. None of them needs a key, and none of them signs.
//
// What they cannot know (whether there is a network, who approved, which BLS key will be opened, what was signed before) is
// said as not known: `sign` finds it out and asks the same rules.
import { coldLine } from '../shared/base/commands.ts'
import type { Command } from 'commander'
import { clockNow } from '../local/clock.ts'
import { checkOutput, writeWhole } from '../local/files.ts'
import { addCommand, addGroup } from '../local/program.ts'
import { findingsText } from '../local/screen.ts'
import { hang, print, printJson, say, styled } from '../local/terminal.ts'
import { refuseAll } from '../shared/base/errors.ts'
import type { UnixSeconds } from '../shared/base/fields.ts'
import { reviewSummary } from '../shared/request/review.ts'
import { loadRequest } from './signing/inspect-command.ts'
import { addAdopt } from './approvals/policy-adopt.ts'
import { loadPolicy, parsePolicy, type PolicyDocument } from './policy/policy.ts'
import { starterPolicy } from './policy/policy-init.ts'
import { coversAll, judgePolicy, policyProblems } from './policy/policy-rules.ts'
import { policyIdentity, policySentences, policyText, outcomeSentence, verdictText } from './policy/policy-text.ts'
import { namedOperatorId } from '../shared/request/derive.ts'
import type { PastSignature, Verdict } from './policy/policy-verdict.ts'
import type { ValidRequest } from './validate/validate.ts'

interface PolicyOptions {
  readonly policy: string
  readonly json?: boolean
}

interface InitOptions {
  readonly output: string
  readonly force?: boolean
  readonly json?: boolean
}

/** Adds `policy` with its commands. */
export function addPolicyCommands(program: Command): void {
  const policy = addGroup(program, 'policy', 'what this machine may sign: check, explain and begin a policy')
  addCommand(policy, 'check <request>', 'hold a request against a policy', [
    'airlock-cold policy check request.json --policy policy.yaml',
  ])
    .requiredOption('--policy <file>', 'the policy, YAML or JSON')
    .action(checkPolicy)
  addCommand(policy, 'explain [request]', 'say what a policy allows, and each rule on a request', [
    'airlock-cold policy explain --policy policy.yaml',
    'airlock-cold policy explain request.json --policy policy.yaml',
  ])
    .requiredOption('--policy <file>', 'the policy, YAML or JSON')
    .action(explainPolicy)
  addCommand(policy, 'init <request>', 'write a strict policy that allows this request', [
    'airlock-cold policy init request.json -o policy.yaml',
  ])
    .requiredOption('-o, --output <file>', 'where the policy goes')
    .option('--force', 'overwrite the output file')
    .action(initPolicy)
  addAdopt(policy)
}

/** The signatures that limits count: none, as no ledger is read here. */
const signedBefore = (): readonly PastSignature[] => []

const COUNTING = 'Limits are counted from the ledger when signing; here as if nothing had been signed before.'

function judgeHere({ policy }: PolicyDocument, { request }: ValidRequest, clock: UnixSeconds): readonly Verdict[] {
  const operatorId = namedOperatorId(request)
  return judgePolicy(policy, { request, clock, operatorId, before: signedBefore(), approvals: null, connected: null })
}

/**
 * Holds a request against a policy.
 *
 * @throws AirlockError with every refusal of the policy at once; those of reading policy and request
 */
export async function checkPolicy(path: string, options: PolicyOptions): Promise<void> {
  const clock = clockNow()
  const document = loadPolicy(options.policy)
  const valid = await loadRequest(path, clock)
  const verdicts = judgeHere(document, valid, clock)
  const problems = policyProblems(verdicts)
  if (problems.length > 0 && options.json !== true) for (const line of policyIdentity(document)) say(line)
  refuseAll('holding the request against the policy', problems)
  if (options.json === true) {
    printJson({ allowed: true, ...identityJson(document, options), ...verdictsJson(valid, verdicts) })
    return
  }
  print(styled(process.stdout, 'bold', 'The policy refuses nothing of this request'))
  for (const line of [...policyIdentity(document), ...requestIdentity(valid)]) print(`  ${line}`)
  printOutcome(document, verdicts)
}

/** Says what a policy allows and, for a request, what each rule says; refuses nothing by the policy itself. */
export async function explainPolicy(path: string | undefined, options: PolicyOptions): Promise<void> {
  const clock = clockNow()
  const document = loadPolicy(options.policy)
  const valid = path === undefined ? null : await loadRequest(path, clock)
  const verdicts = valid && judgeHere(document, valid, clock)
  if (options.json === true) {
    const judged = valid && verdicts && verdictsJson(valid, verdicts)
    printJson({ ...identityJson(document, options), sentences: policySentences(document.policy), ...judged })
    return
  }
  print(styled(process.stdout, 'bold', 'What this policy allows'))
  print(policyText(document))
  for (const line of policyIdentity(document)) print(`  ${line}`)
  if (valid === null || verdicts === null) return
  print(`\n${styled(process.stdout, 'bold', 'What it says of the request')}`)
  for (const line of requestIdentity(valid)) print(`  ${line}`)
  print(verdictText(verdicts, process.stdout))
  printOutcome(document, verdicts)
}

function printOutcome({ policy }: PolicyDocument, verdicts: readonly Verdict[]): void {
  print(hang('', outcomeSentence(verdicts)))
  if (policy.limits !== undefined) print(hang('', COUNTING))
}

const requestIdentity = ({ digest, words }: ValidRequest): readonly string[] => [
  `Request SHA-256 ${digest}`,
  `Request words   ${words.join(' ')}`,
]

const identityJson = ({ digest, words }: PolicyDocument, { policy }: PolicyOptions): object => ({
  policy: { file: policy, digest, words: words.join(' ') },
})

const verdictsJson = ({ digest, words }: ValidRequest, verdicts: readonly Verdict[]): object => ({
  request: { digest, words: words.join(' ') },
  verdicts,
  silent: coversAll(verdicts).map(({ rule }) => rule),
  counted: COUNTING,
})

/** Writes a strict policy made from a request, and shows what the request is. */
export async function initPolicy(path: string, options: InitOptions): Promise<void> {
  const doing = 'writing the policy'
  const clock = clockNow()
  checkOutput(doing, options.output, options.force === true)
  const valid = await loadRequest(path, clock)
  const bytes = new TextEncoder().encode(starterPolicy(valid, clock))
  const document = parsePolicy(doing, bytes)
  refuseAll(doing, policyProblems(judgeHere(document, valid, clock)))
  writeWhole(doing, options.output, bytes, options.force === true)
  const { digest, words } = document
  if (options.json === true) {
    printJson({ policy: options.output, digest, words: words.join(' '), requestDigest: valid.digest })
    return
  }
  say(`${findingsText(valid.findings, process.stderr)}\n`)
  say(hang('In short: ', reviewSummary(valid)))
  print(hang('', `Policy ${options.output}: it allows this request and little else`))
  for (const line of [...policyIdentity(document), ...requestIdentity(valid)]) print(`  ${line}`)
  print('Next: read it, widen it where you must, and see what it says then:')
  print(`  ${coldLine('policy explain', { '--policy': options.output })}`)
}
