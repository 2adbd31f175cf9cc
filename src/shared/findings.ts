// What there is to say about a request: notes, warnings and refusals, each a sentence with its consequence.
//
// A refusal has no override: the request is untrue, or signing it could only harm. A warning must be typed away by the
// person. A note is worth knowing. Both sides judge with this file, so that hot never builds what cold refuses.
//
// Time: the request's block says when it was read, the caller says what its own clock shows. An offline laptop's clock
// may be wrong, so the later of the two decides whether the expiry has passed.
import { checkPubkeyRegistration } from './bls-registration.ts'
import { operatorId } from './bn254.ts'
import { avsOfCoordinator } from './catalogue.ts'
import { judgeContracts } from './contract-findings.ts'
import type { Problem } from './errors.ts'
import type { UnixSeconds } from './fields.ts'
import { buildAgain, note, refuse, warning, when, type Finding } from './finding.ts'
import { pointMessage, registerGas } from './operations/register.ts'
import { quote } from './quote.ts'
import type { UnsignedRequest } from './request.ts'
import { fitsPattern } from './socket-pattern.ts'
import { highestCost } from './transaction.ts'
import { DAY, duration, ether, grouped, utc } from './units.ts'

/** A clock further behind the request's block than this is worth a warning. */
const CLOCK_TOLERANCE = 15 * 60
const OLD = 2 * DAY
const FAR = 31 * DAY
/** Years of validity are a signature waiting to leak; nobody needs them (one published registration had six). */
const TOO_FAR = 366 * DAY

/** 2026-01-01: a clock before this program was written was never set. */
const UNSET = 1_767_225_600

const FEE_HIGH = 10n ** 17n
const FEE_ABSURD = 10n ** 18n

/** keccak256("pubkeyRegistrationMessageHash(address)"): the constant that a published guide has in place of a salt. */
const PUBLISHED_SALT: string = '0x3c2a7f4c717798aa56228aa6df60565eec1b5244c96a4d688c245d54ef3ecae8'
const ZERO_SALT: string = `0x${'0'.repeat(64)}`

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
    ...judgeContracts(request),
    ...judgeTransaction(request),
    ...judgeSalt(request),
    ...judgeSocket(request),
    ...judgeProof(request),
    ...judgeEffects(request),
  ]
  return ordered(findings)
}

/** Findings, the gravest first. */
export function ordered(findings: readonly Finding[]): readonly Finding[] {
  const rank = { refusal: 0, warning: 1, note: 2 }
  return findings.toSorted((a, b) => rank[a.level] - rank[b.level])
}

/** The refusals among findings, as problems. */
export function refusals(findings: readonly Finding[]): readonly Problem[] {
  return findings.flatMap((finding) => (finding.level === 'refusal' ? [finding] : []))
}

function judgeTime({ expiry, block }: UnsignedRequest, clock: UnixSeconds): Finding[] {
  const now = Math.max(clock, block.timestamp) as UnixSeconds
  // A block that claims to be of the future must not stretch what is signed, unless it is the clock that was never set.
  const start = clock < UNSET ? block.timestamp : Math.min(clock, block.timestamp)
  return [
    ...when(expiry <= now, () => {
      const seen = `it would be expired: expiry is ${utc(expiry)}; `
      const time =
        clock >= block.timestamp ? `this machine's clock says ${utc(clock)}` : `its block is of ${utc(block.timestamp)}`
      return refuse('expiry_past', seen + time, `if the clock is right, ${buildAgain(' --expiry 7d')}`)
    }),
    ...when(expiry - start > TOO_FAR, () => {
      const most = utc((start + TOO_FAR) as UnixSeconds)
      const seen = `expiry is ${utc(expiry)}; a request of this block is signed until ${most} at most (366 days)`
      return refuse('expiry_too_far', seen, buildAgain(' --expiry 7d'))
    }),
    ...when(expiry - block.timestamp > FAR && expiry - start <= TOO_FAR, () => {
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

function judgeTransaction({ transaction, operation }: UnsignedRequest): Finding[] {
  const cost = highestCost(transaction)
  const gas = registerGas(operation)
  return [
    ...when(cost > FEE_ABSURD, () => {
      const seen = `the transaction may cost ${ether(cost)}; more than ${ether(FEE_ABSURD)} is never signed`
      return refuse('fee_absurd', seen, buildAgain(' --gas-price PRICE'))
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

function judgeSocket({ chainId, operation }: UnsignedRequest): Finding[] {
  const { socket, registryCoordinator } = operation
  const avs = avsOfCoordinator(chainId, registryCoordinator)
  const patterns = avs?.socketPatterns ?? null
  const strange = patterns !== null && !patterns.some((pattern) => fitsPattern(pattern, socket))
  return [
    ...when(!SOCKET.test(socket), () =>
      warning(
        'socket_unusual',
        `the socket ${quote(socket)} is not HOST:PORT or HOST:PORT;PORT: the contract takes any text, the AVS may not`,
      ),
    ),
    ...when(strange && SOCKET.test(socket), () =>
      warning(
        'socket_unusual',
        `the socket ${quote(socket)} has not the form of ${avs?.name ?? 'this AVS'}, ${(patterns ?? []).join(' or ')}: its other nodes may not find this one`,
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
    const id = operatorId(operation.pubkeyRegistration.params.publicKeyG1)
    const seen = `the BLS proof was made elsewhere and binds this operator for ever to the key of operator id ${id}: compare it with your key's`
    return [warning('proof_carried', seen)]
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
