// A policy in sentences, and what it says of a request: for people, 80 columns, colour never the only signal.
//
// Every part is said, also what is left out: a reader must not have to know the format to see what is missing. Names and
// patterns of the file are quoted.
import { hang, styled, type Screen } from '../../local/terminal.ts'
import { chainName } from '../../shared/catalogue/address-book.ts'
import { quote } from '../../shared/base/quote.ts'
import type { ReviewSection } from '../../shared/request/review.ts'
import { contractName } from '../../shared/catalogue/review-names.ts'
import { duration, ether, grouped, gwei } from '../../shared/base/units.ts'
import { coreRoles } from './policy-cores.ts'
import type { AvsPolicy, CorePolicy, Policy, PolicyDocument } from './policy.ts'
import { coversAll } from './policy-rules.ts'
import type { Verdict } from './policy-verdict.ts'
import { hoursText } from './policy-windows.ts'

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** What a policy allows, one sentence for each of its parts, in the order of the file. */
export function policySentences(policy: Policy): readonly string[] {
  const { network, operators, senders, operations, cores, avss, expiry, blsKeys, limits, hours, approvals } = policy
  return [
    network === 'allow' ? 'This machine may be on a network.' : 'Nothing is signed while this machine is on a network.',
    operators === undefined
      ? 'It does not say for which operators.'
      : `Operators: ${operators.join(', ')}, and no other.`,
    ...(senders === undefined ? [] : [`In an operator's stead may send: ${senders.join(', ')}, and no other.`]),
    operations === undefined
      ? 'It does not say which operations.'
      : `Operations: ${operations.join(', ')}, and no other.`,
    ...(cores ?? []).map(coreSentence),
    ...(avss === undefined
      ? ['It does not say with which AVSs, contracts, quorums and sockets.']
      : avss.map(avsSentence)),
    expiry === undefined
      ? 'It does not say how long a signature may be valid.'
      : `A signature is valid for ${duration(expiry.longest)} at most, from when its request was built.`,
    feeSentence(policy),
    blsKeys === undefined
      ? 'It does not say whether AVSs may share a BLS key.'
      : blsKeys === 'shared'
        ? 'AVSs may share a BLS key.'
        : 'Each AVS has a BLS key of its own.',
    limits === undefined ? 'It does not say how often.' : `At most ${limits.map(limitText).join(', and ')}.`,
    hours === undefined ? 'At any hour.' : `Hours: ${hoursText(hours)}.`,
    approvals === undefined
      ? 'No approval by another person is needed.'
      : `Approvals: ${approvals.needed} of ${approvals.approvers.map(({ name, address }) => `${quote(name)} ${address}`).join(', ')}.`,
  ]
}

function coreSentence({ chain, ...core }: CorePolicy): string {
  const pins = coreRoles.flatMap((role) => {
    const pinned = core[role]
    return pinned === undefined ? [] : [`${role} ${pinned} (${contractName(chain, pinned)})`]
  })
  return `EigenLayer on ${chainName(chain) ?? 'an unknown network'} (chain ${chain}): ${pins.join(', ')}, and no other.`
}

function avsSentence({ name, chain, ...avs }: AvsPolicy): string {
  const { registryCoordinator, serviceManager, avsDirectory, quorums, sockets, blsOperatorId } = avs
  const known = contractName(chain, serviceManager)
  return [
    `AVS ${quote(name)} on ${chainName(chain) ?? 'an unknown network'} (chain ${chain}):`,
    `ServiceManager ${serviceManager} (${known}), RegistryCoordinator ${registryCoordinator},`,
    avsDirectory === undefined ? 'any AVSDirectory;' : `AVSDirectory ${avsDirectory};`,
    quorums === undefined ? 'any quorums;' : `quorums ${quorums.join(', ')};`,
    sockets === undefined ? 'any socket' : `socket ${sockets.map((socket) => quote(socket, 512)).join(' or ')}`,
    blsOperatorId === undefined ? '' : `; the BLS key of operator id ${blsOperatorId}`,
  ]
    .filter((part) => part !== '')
    .join(' ')
    .replace(' ; ', '; ')
    .concat('.')
}

function feeSentence({ fees }: Policy): string {
  if (fees === undefined) return 'It does not say what the transaction may cost.'
  const { highest, gasPrice, gasLimit, rungs } = fees
  const said = [
    highest === undefined ? 'any fee' : `${ether(highest)} in fees`,
    gasPrice === undefined ? 'any price of gas' : `${gwei(gasPrice)} for a unit of gas`,
    gasLimit === undefined ? 'any gas limit' : `a gas limit of ${grouped(gasLimit)}`,
    rungs === undefined ? 'any number of fee rungs' : counted(rungs, 'fee rung'),
  ]
  return `At most: ${said.join(', ')}.`
}

const limitText = ({ signatures, window, per }: NonNullable<Policy['limits']>[number]): string =>
  `${counted(signatures, 'signature')} in ${duration(window)} for each ${per === 'avs' ? 'AVS' : 'key'}`

/** The digest of a policy and its words, to be compared. */
export const policyIdentity = ({ digest, words }: PolicyDocument): readonly string[] => [
  `Policy SHA-256  ${digest}`,
  `Policy words    ${words.join(' ')}`,
]

/** The policy as sections of a review: which one it is, and what it allows. */
export const policySections = ({ policy, digest, words }: PolicyDocument): readonly ReviewSection[] => [
  {
    title: 'Policy',
    lines: [
      ['SHA-256', digest],
      ['Words', words.slice(0, 4).join(' ')],
      ['', words.slice(4).join(' ')],
    ],
  },
  { title: 'What it allows', lines: policySentences(policy).map((sentence) => ['', sentence] as const) },
]

/** The policy in sentences, as text. */
export const policyText = ({ policy }: PolicyDocument): string =>
  policySentences(policy)
    .map((sentence) => hang('  ', sentence))
    .join('\n')

const marks = {
  allows: { mark: 'allows', style: 'green' },
  refuses: { mark: 'REFUSES', style: 'red' },
  silent: { mark: 'silent', style: 'yellow' },
} as const

/** What each rule says, one paragraph a rule, as text for a stream. */
export function verdictText(verdicts: readonly Verdict[], stream: Screen): string {
  return verdicts
    .map(({ rule, says, message }) => {
      const { mark, style } = marks[says]
      const first = `  ${mark.padEnd(9)}${rule.padEnd(11)}`
      return hang(first, message).replace(mark, styled(stream, style, mark))
    })
    .join('\n')
}

/** The end of it in one sentence: refused, or what is left open for --yes. */
export function outcomeSentence(verdicts: readonly Verdict[]): string {
  const refused = verdicts.filter(({ says }) => says === 'refuses').map(({ rule }) => rule)
  if (refused.length > 0) return `The policy refuses this request: ${refused.join(', ')}`
  const open = coversAll(verdicts).filter((verdict) => verdict.says === 'silent')
  const left = open.flatMap((verdict) => (verdict.why === 'left_out' ? [verdict.rule] : []))
  const later = open.flatMap((verdict) => (verdict.why === 'unknown' ? [verdict.rule] : []))
  if (left.length > 0)
    return `--yes does not work with this policy: it does not speak of ${left.join(', ')}, so a person must`
  const when = later.length > 0 ? `, once \`sign\` knows ${later.join(', ')}` : ''
  return `--yes works with this policy where the request has no warning${when}`
}
