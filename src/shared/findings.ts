// What there is to say about a request: notes, warnings and refusals, each a sentence with its consequence.
//
// A refusal has no override: the request is untrue, or signing it could only harm. A warning must be typed away by the
// person. A note is worth knowing. Both sides judge with this file, so that hot never builds what cold refuses.
//
// Time: the request's block says when it was read, the caller says what its own clock shows. An offline laptop's clock
// may be wrong, so the later of the two decides whether the expiry has passed.
import { addressOf, chainName, coreOf, isRetiredChain, knownContracts, knownElsewhere } from './address-book.ts'
import { checkPubkeyRegistration } from './bls-registration.ts'
import type { Code, Problem } from './errors.ts'
import type { Address, UnixSeconds } from './fields.ts'
import { pointMessage, registerGas } from './operations/register.ts'
import { quote } from './quote.ts'
import type { UnsignedRequest } from './request.ts'
import { highestCost } from './transaction.ts'
import { DAY, duration, ether, grouped, utc } from './units.ts'

/** Words for notes and warnings; refusals use the codes of errors.ts. */
export const findingCodes = [
  'avs_unknown',
  'address_elsewhere',
  'chain_unknown',
  'chain_retired',
  'clock_behind',
  'request_old',
  'expiry_far',
  'domain_version_unexpected',
  'fee_high',
  'gas_limit_unusual',
  'salt_guessable',
  'socket_unusual',
  'socket_private',
  'proof_carried',
  'transaction_never_expires',
  'bls_key_permanent',
  'socket_ignored',
] as const
export type FindingCode = (typeof findingCodes)[number]

export type Finding =
  | { readonly level: 'note' | 'warning'; readonly code: FindingCode; readonly message: string }
  | { readonly level: 'refusal'; readonly code: Code; readonly message: string; readonly hint: string }

/** A clock further behind the request's block than this is worth a warning. */
const CLOCK_TOLERANCE = 15 * 60
const OLD = 2 * DAY
const FAR = 31 * DAY
/** Years of validity are a signature waiting to leak; nobody needs them (one published registration had six). */
const TOO_FAR = 366 * DAY

const FEE_HIGH = 10n ** 17n
const FEE_ABSURD = 10n ** 18n

/** keccak256("pubkeyRegistrationMessageHash(address)"): the constant that a published guide has in place of a salt. */
const PUBLISHED_SALT: string = '0x3c2a7f4c717798aa56228aa6df60565eec1b5244c96a4d688c245d54ef3ecae8'
const ZERO_SALT: string = `0x${'0'.repeat(64)}`
const ZERO_ADDRESS = `0x${'0'.repeat(40)}`

const BUILD = 'build the request again with `airlock-hot build register`'

const note = (code: FindingCode, message: string): Finding => ({ level: 'note', code, message })
const warning = (code: FindingCode, message: string): Finding => ({ level: 'warning', code, message })
const refuse = (code: Code, message: string, hint: string): Finding => ({ level: 'refusal', code, message, hint })
/** A list of one finding when it holds, else of none. */
const when = (holds: boolean, finding: () => Finding): Finding[] => (holds ? [finding()] : [])

/**
 * Judges a well-formed request.
 *
 * @param request as decoded
 * @param clock what the judging machine's clock shows, seconds since 1970
 * @returns refusals first, then warnings, then notes
 */
export function judge(request: UnsignedRequest, clock: UnixSeconds): readonly Finding[] {
  const findings = [
    ...judgeTime(request, clock),
    ...judgeAddresses(request),
    ...judgeChain(request),
    ...judgeContracts(request),
    ...judgeTransaction(request),
    ...judgeSalt(request),
    ...judgeSocket(request),
    ...judgeProof(request),
    ...judgeEffects(request),
  ]
  const rank = { refusal: 0, warning: 1, note: 2 }
  return findings.toSorted((a, b) => rank[a.level] - rank[b.level])
}

/** The refusals among findings, as problems. */
export function refusals(findings: readonly Finding[]): readonly Problem[] {
  return findings.flatMap((finding) => (finding.level === 'refusal' ? [finding] : []))
}

function judgeTime({ expiry, block }: UnsignedRequest, clock: UnixSeconds): Finding[] {
  const now = Math.max(clock, block.timestamp) as UnixSeconds
  return [
    ...when(expiry <= now, () => {
      const seen = `it would be expired: expiry is ${utc(expiry)}; `
      const time =
        clock >= block.timestamp ? `this machine's clock says ${utc(clock)}` : `its block is of ${utc(block.timestamp)}`
      return refuse('expiry_past', seen + time, `if the clock is right, ${BUILD} --expiry 7d`)
    }),
    ...when(expiry - block.timestamp > TOO_FAR, () => {
      const seen = `expiry is ${utc(expiry)}, ${duration(expiry - block.timestamp)} after the request was built; at most 366 days are signed`
      return refuse('expiry_too_far', seen, `${BUILD} --expiry 7d`)
    }),
    ...when(expiry - block.timestamp > FAR && expiry - block.timestamp <= TOO_FAR, () => {
      const span = duration(expiry - block.timestamp)
      return warning(
        'expiry_far',
        `the signature stays valid for ${span}: whoever gets hold of it can use it until then`,
      )
    }),
    ...when(clock < block.timestamp - CLOCK_TOLERANCE, () => {
      const behind = duration(block.timestamp - clock)
      return warning(
        'clock_behind',
        `this machine's clock is ${behind} behind the request's block: set it, or the expiry shown is not true`,
      )
    }),
    ...when(clock > block.timestamp + OLD, () => {
      const age = duration(clock - block.timestamp)
      return warning('request_old', `the request was built ${age} ago: nonce, stake and fees may have changed since`)
    }),
  ]
}

/** The addresses of a request with the role that each has. */
function roles({ operation }: UnsignedRequest): readonly (readonly [string, Address])[] {
  const directory = operation.operatorSignature?.avsDirectory
  return [
    ['operator', operation.operator],
    ['registryCoordinator', operation.registryCoordinator],
    ['serviceManager', operation.serviceManager],
    ...(directory === undefined ? [] : ([['avsDirectory', directory]] as const)),
  ]
}

function judgeAddresses(request: UnsignedRequest): Finding[] {
  const named = roles(request)
  return named.flatMap(([role, address], index) => [
    ...when(address === ZERO_ADDRESS, () => refuse('address_zero', `${role} is the zero address`, BUILD)),
    ...named
      .slice(0, index)
      .flatMap(([other, same]) =>
        when(address === same, () => refuse('addresses_collide', `${role} and ${other} are both ${address}`, BUILD)),
      ),
  ])
}

function judgeChain({ chainId }: UnsignedRequest): Finding[] {
  return [
    ...when(chainName(chainId) === undefined, () =>
      warning('chain_unknown', `chain ${chainId} is not one that this program knows: compare it with the one you mean`),
    ),
    ...when(isRetiredChain(chainId), () =>
      warning('chain_retired', `chain ${chainId} has been shut down: nothing can be registered there`),
    ),
  ]
}

function judgeContracts(request: UnsignedRequest): Finding[] {
  const { chainId, operation } = request
  const { registryCoordinator, serviceManager } = operation
  const coordinator = knownContracts(chainId, registryCoordinator)
  const manager = knownContracts(chainId, serviceManager)
  const project = coordinator.find((known) => known.contract === 'RegistryCoordinator')
  const pinned = project && addressOf(chainId, project.project, 'ServiceManager')
  return [
    ...judgeDirectory(request),
    ...when(coordinator.length > 0 && project === undefined, () => {
      const names = coordinator.map((known) => `${known.project} ${known.contract}`).join(', ')
      return refuse('contracts_mismatch', `registryCoordinator ${registryCoordinator} is known as ${names}`, BUILD)
    }),
    ...when(project !== undefined && project.registration !== 'm2', () => {
      const seen = `${project?.project ?? ''} takes another registerOperator than this one: the call would not do what is shown`
      return refuse('avs_kind_unsupported', seen, 'register with the tool that this AVS names')
    }),
    ...when(pinned !== undefined && pinned !== serviceManager, () => {
      const seen = `serviceManager is ${serviceManager}, but ${project?.project ?? ''} has ${pinned ?? ''}: the signature would let another AVS register this operator`
      return refuse('contracts_mismatch', seen, `${BUILD}, with an RPC that you trust`)
    }),
    ...when(project === undefined && manager.length > 0, () => {
      const names = manager.map((known) => `${known.project} ${known.contract}`).join(', ')
      const seen = `serviceManager is ${names}, but registryCoordinator ${registryCoordinator} is not the one known for it`
      return refuse('contracts_mismatch', seen, `${BUILD}, with the RegistryCoordinator of that AVS`)
    }),
    ...when(project === undefined && manager.length === 0 && coordinator.length === 0, () => {
      const seen = `registryCoordinator and serviceManager are not in the address book: compare both, digit by digit, with what the AVS publishes`
      return warning('avs_unknown', seen)
    }),
    ...roles(request).flatMap(([role, address]) => elsewhere(chainId, role, address)),
  ]
}

function elsewhere(chainId: number, role: string, address: Address): Finding[] {
  const others = knownContracts(chainId, address).length > 0 ? [] : knownElsewhere(chainId, address)
  return others.slice(0, 1).map((other) => {
    const where = chainName(other.chainId) ?? `chain ${other.chainId}`
    const seen = `${role} ${address} is ${other.project} ${other.contract} on ${where}, and nothing known on this chain: was the request meant for that one?`
    return warning('address_elsewhere', seen)
  })
}

function judgeDirectory({ chainId, operation }: UnsignedRequest): Finding[] {
  const core = coreOf(chainId)
  const asked = operation.operatorSignature
  if (core === undefined || asked === null) return []
  const spelled = (version: string | null): string => (version === null ? 'no version' : `version "${version}"`)
  return [
    ...when(asked.avsDirectory !== core.avsDirectory, () => {
      const seen = `avsDirectory is ${asked.avsDirectory}, EigenLayer's on this chain is ${core.avsDirectory}`
      return refuse('avs_directory_foreign', seen, `${BUILD}, with an RPC that you trust`)
    }),
    ...when(asked.avsDirectory === core.avsDirectory && asked.domainVersion !== core.domainVersion, () => {
      const seen = `the AVSDirectory's domain has ${spelled(asked.domainVersion)} here, ${spelled(core.domainVersion)} when this program was built: it was upgraded, or the signature will not be accepted`
      return warning('domain_version_unexpected', seen)
    }),
  ]
}

function judgeTransaction({ transaction, operation }: UnsignedRequest): Finding[] {
  const cost = highestCost(transaction)
  const gas = registerGas(operation)
  return [
    ...when(cost > FEE_ABSURD, () => {
      const seen = `the transaction may cost ${ether(cost)}; more than ${ether(FEE_ABSURD)} is never signed`
      return refuse('fee_absurd', seen, `${BUILD} --gas-price with a lower price`)
    }),
    ...when(cost > FEE_HIGH && cost <= FEE_ABSURD, () =>
      warning('fee_high', `the transaction may cost up to ${ether(cost)}: the other machine chose the price`),
    ),
    ...when(transaction.gasLimit < gas.expected * 0.8 || transaction.gasLimit > gas.limit * 2, () => {
      const seen = `the gas limit is ${grouped(transaction.gasLimit)}; such a registration uses about ${grouped(gas.expected)}`
      return warning('gas_limit_unusual', `${seen}: too low fails, and a failing proof burns all of it`)
    }),
  ]
}

function judgeSalt({ operation }: UnsignedRequest): Finding[] {
  const salt = operation.operatorSignature?.salt
  return when(salt === PUBLISHED_SALT || salt === ZERO_SALT, () =>
    warning('salt_guessable', `the salt is a well-known constant: it can be used once for all AVSs of this operator`),
  )
}

const SOCKET = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}(;\d{1,5})*$/
const PRIVATE_HOST = /^(localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0|\[::1?\])/i

function judgeSocket({ operation }: UnsignedRequest): Finding[] {
  const { socket } = operation
  return [
    ...when(!SOCKET.test(socket), () =>
      warning(
        'socket_unusual',
        `the socket ${quote(socket)} is not HOST:PORT or HOST:PORT;PORT: the contract takes any text, the AVS may not`,
      ),
    ),
    ...when(PRIVATE_HOST.test(socket), () =>
      warning('socket_private', `the socket ${quote(socket)} is on a private network: other nodes cannot reach it`),
    ),
  ]
}

function judgeProof({ operation, chainId }: UnsignedRequest): Finding[] {
  if (operation.pubkeyRegistration?.from !== 'request') return []
  const { point } = pointMessage(chainId, operation.registryCoordinator, operation.operator)
  const verdict = checkPubkeyRegistration(operation.pubkeyRegistration.params, point)
  if (verdict === 'valid') {
    return [
      note('proof_carried', 'the BLS proof was made elsewhere; it is checked here by pairing and will be signed over'),
    ]
  }
  const why =
    verdict === 'keys_differ' ? 'its two public keys have different secrets' : 'it is not for this operator and AVS'
  const hint =
    'make the proof again on the machine that holds the BLS key, then `airlock-hot build register --bls-proof`'
  return [refuse('bls_proof_invalid', `the BLS proof in the request does not verify: ${why}`, hint)]
}

function judgeEffects({ operation }: UnsignedRequest): Finding[] {
  const registered = operation.operatorSignature === null
  return [
    ...when(operation.pubkeyRegistration !== null, () =>
      note(
        'bls_key_permanent',
        'this AVS will bind this BLS key to this operator for ever: neither can be changed later',
      ),
    ),
    ...when(registered, () =>
      note(
        'transaction_never_expires',
        'the contract checks no expiry here: the signed transaction stays valid until its nonce is used',
      ),
    ),
    ...when(registered, () =>
      note('socket_ignored', 'the operator is registered already: some AVSs ignore the socket given here'),
    ),
  ]
}
