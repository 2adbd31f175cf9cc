// A request in plain words: what a person reads before deciding, the same on both machines.
//
// Rules of the screen: every signed field is shown, in human units beside the exact value; addresses by name where the
// catalogue knows them, and "not in the catalogue" where it does not; text of the other machine quoted; each
// signature about to be made with the hashes that ERC-8213 names, so that another tool can be held against it. The digest of
// the catalogue stands beside that of the request: two builds that know other contracts differ there.
import { size, type Hex } from 'viem'
import { encodeG1, operatorId } from './bn254.ts'
import { calldataDigest } from './call.ts'
import { chainName, knownContracts } from './address-book.ts'
import { avsOfCoordinator, catalogueDigest } from './catalogue.ts'
import { partsAsked, type DerivedRequest } from './derive.ts'
import type { Address, Bytes32, UnixSeconds } from './fields.ts'
import type { HashedMessage } from './operations/register.ts'
import { quote } from './quote.ts'
import { highestCost, signingHash } from './transaction.ts'
import { duration, ether, grouped, gwei, utc } from './units.ts'

/** A line of the review; a value too long for its line goes below the label. */
export type ReviewLine = readonly [label: string, value: string]

export interface ReviewSection {
  readonly title: string
  readonly lines: readonly ReviewLine[]
}

/** The review of a request, in the order in which it is read. */
export function reviewSections(derived: DerivedRequest, clock: UnixSeconds): readonly ReviewSection[] {
  return [
    { title: 'Request', lines: identity(derived, clock) },
    { title: 'Register an operator with an AVS', lines: operation(derived, clock) },
    { title: 'Transaction', lines: transaction(derived) },
    ...signatures(derived),
  ]
}

function identity({ digest, words, request }: DerivedRequest, clock: UnixSeconds): ReviewLine[] {
  const { number, timestamp } = request.block
  return [
    ['SHA-256', digest],
    ['Words', words.slice(0, 4).join(' ')],
    ['', words.slice(4).join(' ')],
    ['Built at', `block ${grouped(number)}, ${utc(timestamp)}`],
    [
      '',
      clock >= timestamp
        ? `${duration(clock - timestamp)} ago`
        : `${duration(timestamp - clock)} ahead of this machine's clock`,
    ],
    ['Catalogue', catalogueDigest],
  ]
}

/** The name of a contract on a chain, for the line under its address. */
export function contractName(chainId: number, address: Address): string {
  const names = knownContracts(chainId, address).map((known) => `${known.project} ${known.contract}`)
  return names.length > 0 ? names.join(' and ') : 'not in the catalogue'
}

function operation({ request }: DerivedRequest, clock: UnixSeconds): ReviewLine[] {
  const { chainId, operation: fields, expiry } = request
  const named = (label: string, address: Address): ReviewLine[] => [
    [label, address],
    ['', contractName(chainId, address)],
  ]
  const directory = fields.operatorSignature
  const version = directory?.domainVersion ?? null
  return [
    ['Network', `${chainName(chainId) ?? 'unknown network'}, chain id ${chainId}`],
    ['Operator', fields.operator],
    ...named('Coordinator', fields.registryCoordinator),
    ...named('AVS', fields.serviceManager),
    ...(directory === null ? [] : named('AVSDirectory', directory.avsDirectory)),
    ...(directory === null
      ? []
      : ([['', `EIP-712 domain ${version === null ? 'without version' : `version "${version}"`}`]] as const)),
    ['Quorums', fields.quorums.join(', ')],
    ...quorumNames(request),
    ['Socket', quote(fields.socket, 512)],
    ...(directory === null ? [] : ([['Salt', directory.salt]] as const)),
    ['Expiry', utc(expiry)],
    ['', expiry > clock ? `in ${duration(expiry - clock)}` : `${duration(clock - expiry)} ago`],
    ...blsKey(fields.pubkeyRegistration),
  ]
}

/** What the catalogue calls the quorums of the request, a line each, where it has names for them. */
function quorumNames({ chainId, operation: fields }: DerivedRequest['request']): ReviewLine[] {
  const known = avsOfCoordinator(chainId, fields.registryCoordinator)?.quorums ?? []
  return known
    .filter(({ number }) => fields.quorums.includes(number))
    .flatMap(({ number, name }): ReviewLine[] => (name === null ? [] : [['', `${number}: ${name}`]]))
}

function blsKey(field: DerivedRequest['request']['operation']['pubkeyRegistration']): ReviewLine[] {
  const named = (who: string, id: Bytes32): ReviewLine[] => [
    ['BLS key', who],
    ['Operator id', id],
  ]
  if (field === null) return [['BLS key', 'already bound by the contract; none is needed']]
  if (field.from === 'request')
    return named('the one of the proof in the request', operatorId(field.params.publicKeyG1))
  return field.operatorId === null
    ? [['BLS key', 'the one you unlock']]
    : named('this one, and no other', field.operatorId)
}

function transaction({ request, complete }: DerivedRequest): ReviewLine[] {
  const { transaction: fields, operation: asked, chainId } = request
  return [
    ['From', `${asked.operator} (the operator)`],
    ['To', asked.registryCoordinator],
    ['', `${contractName(chainId, asked.registryCoordinator)}, registerOperator`],
    ['Value', '0 ETH'],
    ['Nonce', grouped(fields.nonce)],
    ['Gas limit', grouped(fields.gasLimit)],
    ...fields.fees.map(({ maxFeePerGas, maxPriorityFeePerGas }, index): ReviewLine => {
      const label = fields.fees.length === 1 ? 'Fee' : `Fee rung ${index + 1}`
      return [label, `at most ${gwei(maxFeePerGas)} a gas, of it ${gwei(maxPriorityFeePerGas)} tip`]
    }),
    ['Highest fee', ether(highestCost(fields))],
    ...(complete === null ? [] : calldataLines(complete.calldata)),
  ]
}

const calldataLines = (calldata: Hex): ReviewLine[] => [
  ['Calldata', `${grouped(size(calldata))} bytes, derived here`],
  ['Calldata Digest', calldataDigest(calldata)],
]

function signatures({ request, messages, complete }: DerivedRequest): ReviewSection[] {
  const asked = partsAsked(request)
  const sections: ReviewSection[] = []
  if (messages.operatorSignature !== null) {
    sections.push({
      title: 'OperatorAVSRegistration, by the operator key (ECDSA)',
      lines: hashes(messages.operatorSignature),
    })
  }
  if (messages.pubkeyRegistration !== null && asked.includes('pubkeyRegistrationParams')) {
    const [x, y] = encodeG1(messages.pubkeyRegistration.point)
    const point: ReviewLine[] = [
      ['Message Point X', x],
      ['Message Point Y', y],
    ]
    sections.push({
      title: 'BN254PubkeyRegistration, by the BLS key',
      lines: [...hashes(messages.pubkeyRegistration), ...point],
    })
  }
  sections.push({
    title: 'The transaction above, by the operator key (ECDSA)',
    lines: rungHashes(request.transaction.fees.length, complete),
  })
  return sections.map((section, index) => ({
    ...section,
    title: `Signature ${index + 1} of ${sections.length}: ${section.title}`,
  }))
}

function hashes({ hashes: { digest, domainHash, messageHash } }: HashedMessage): ReviewLine[] {
  return [
    ['EIP-712 Digest', digest],
    ['Domain Hash', domainHash],
    ['Message Hash', messageHash],
  ]
}

function rungHashes(rungs: number, complete: DerivedRequest['complete']): ReviewLine[] {
  if (complete === null) {
    const count = rungs === 1 ? 'one transaction' : `${rungs} transactions, one for each fee rung`
    return [['Signing hash', `of ${count}; known once the signatures above are made, as the calldata carries them`]]
  }
  return complete.transactions.map((unsigned, index) => [`Signing hash ${index + 1}`, signingHash(unsigned)])
}

/** The request in one sentence, to stand right above the question: the top of a long review may have scrolled away. */
export function reviewSummary({ request }: DerivedRequest): string {
  const { chainId, operation: fields, transaction: paid } = request
  const quorums = `quorum${fields.quorums.length === 1 ? '' : 's'} ${fields.quorums.join(', ')}`
  const avs = `${fields.serviceManager} (${contractName(chainId, fields.serviceManager)})`
  const network = chainName(chainId) ?? `chain ${chainId}`
  return `register ${fields.operator} with AVS ${avs}, ${quorums}, on ${network}, for at most ${ether(highestCost(paid))} in fees`
}
