// verify and send for a bundle: each of its requests as if it had come alone, one after another.
//
// A transaction waits for the one before it of the same sender: where one fails, those of that sender that follow are left, and
// the others go on. Run again, it goes on from what is true then.
import { hotCommand } from '../../shared/base/commands.ts'
import { print, printJson, say } from '../../local/terminal.ts'
import { bundleAnswers, decodeBundle, responseBytes, type BundleDocument } from '../../shared/request/bundle.ts'
import { AirlockError, refusal, type Problem } from '../../shared/base/errors.ts'
import { senderOf } from '../../shared/request/request.ts'
import { sendPair, type SendOptions } from './send-pair.ts'
import { verified, type VerifyOptions } from './verified.ts'
import type { Pair } from './document-pair.ts'
import { responseJson } from './tell-response.ts'
import { VerifiedResponse } from '../verify/verify.ts'

/** One request of a bundle that was answered. */
interface Answered extends Pair {
  /** From 1, as people count. */
  readonly number: number
  /** Chain and sender: transactions of one of them wait for each other. */
  readonly lane: string
  readonly title: string
}

/** The answered requests of a bundle, in its order. */
function answered(pair: Pair): { readonly bundle: BundleDocument; readonly all: readonly Answered[] } {
  const bundle = decodeBundle('reading the bundle', pair.request)
  const all = bundleAnswers(bundle, pair.response).flatMap((each): Answered[] => {
    const member = bundle.requests[each.request]
    if (member === undefined) return []
    const { request } = member.document
    const { kind, operator } = request.operation
    return [
      {
        number: each.request + 1,
        lane: `${request.chainId} ${senderOf(request) ?? operator}`,
        title: `${kind} of ${operator}`,
        request: member.bytes,
        response: responseBytes(each, bundle),
      },
    ]
  })
  return { bundle, all }
}

/** Verifies every response of a bundle. */
export async function verifyBundle(pair: Pair, options: VerifyOptions): Promise<void> {
  const { bundle, all } = answered(pair)
  const problems: Problem[] = []
  const proven: object[] = []
  for (const each of all) {
    try {
      const { response, findings } = await verified(each, options)
      proven.push({ request: each.number, ...responseJson(VerifiedResponse.open(response)), findings })
      const { missing } = VerifiedResponse.open(response).check
      if (options.json !== true)
        print(
          `  ${each.number}  ${each.title}: ${missing.length === 0 ? 'whole' : `partial, missing ${missing.join(', ')}`}`,
        )
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error
      problems.push(...numberedProblems(each, error))
    }
  }
  refuseFirst('checking the responses', problems)
  const unanswered = bundle.requests.length - all.length
  if (options.json === true) printJson({ bundle: bundle.digest, requests: bundle.requests.length, responses: proven })
  else {
    print(`${all.length} of ${bundle.requests.length} requests are answered, and every signature was checked.`)
    if (unanswered > 0) print(`  ${unanswered} were declined or refused, and have none`)
  }
}

/** Sends every answered request of a bundle, in its order. */
export async function sendBundle(pair: Pair, options: SendOptions): Promise<void> {
  if (options.receipt !== undefined) {
    const hint = `take the bundle apart with ${hotCommand('unbundle', { RESPONSES: 'RESPONSES' })}, and send each with its --receipt`
    throw refusal('sending', 'usage', '--receipt is given with a bundle, whose transactions have one each', hint)
  }
  const { all } = answered(pair)
  const chosen = all.filter(({ number }) => options.only === undefined || options.only.includes(number))
  refuseUnanswered(all, options.only ?? [])
  const stuck = new Set<string>()
  const problems: Problem[] = []
  const sent: object[] = []
  for (const each of chosen) {
    say(`Request ${each.number}: ${each.title}`)
    if (stuck.has(each.lane)) {
      say('  left: a transaction of the same sender before it was not mined')
      continue
    }
    try {
      const result = await sendPair(each, options)
      sent.push({ request: each.number, ...result.json })
      if (options.json !== true) for (const line of result.lines) print(line)
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error
      stuck.add(each.lane)
      problems.push(...numberedProblems(each, error))
    }
  }
  if (options.json === true) printJson({ sent, failed: problems })
  refuseFirst('sending the bundle', problems)
}

function refuseUnanswered(all: readonly Answered[], only: readonly number[]): void {
  const unknown = only.filter((number) => !all.some((each) => each.number === number))
  if (unknown.length === 0) return
  const seen = `--only names request ${unknown.join(', ')}, which has no response here`
  throw refusal(
    'sending',
    'usage',
    seen,
    `see which are answered with ${hotCommand('verify', { REQUEST: 'BUNDLE', RESPONSE: 'RESPONSES' })}`,
  )
}

const numberedProblems = ({ number }: Answered, { problems }: AirlockError): readonly Problem[] =>
  problems.map((problem) => ({ ...problem, message: `request ${number}: ${problem.message}` }))

function refuseFirst(doing: string, [first, ...rest]: readonly Problem[]): void {
  if (first !== undefined) throw new AirlockError(doing, [first, ...rest])
}
