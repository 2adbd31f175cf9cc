// Whether what the node says fits together, and fits what is computed here.
//
// The domain of the AVSDirectory is found by matching its separator; our digest and our message point are compared with
// the contract's own. A difference refuses: the contract's value is never used in place of ours, because whoever
// answers for the contract would then choose what the operator signs.
import { encodeG1, word } from '../../shared/chain/bn254.ts'
import { AirlockError, type Problem } from '../../shared/base/errors.ts'
import { blsProofMessage } from '../../shared/operation-parts/bls-proof.ts'
import {
  avsDirectoryDomain,
  hashTyped,
  matchAvsDirectoryVersion,
  operatorAvsRegistration,
  type AvsDirectoryVersion,
} from '../../shared/chain/typed-data.ts'
import { hasBoundKey, isRegistered } from './preflight.ts'
import type { RegistrationState, RegistrationWish } from './registration-state.ts'

const TRUST =
  'give an --rpc-url that you trust; if two nodes agree, report it: the contract is of a kind not known here'

/**
 * Compares the node's answers with each other and with our own derivations.
 *
 * @returns the flavour of the AVSDirectory's domain
 * @throws AirlockError domain_unknown, digest_mismatch, message_point_mismatch, contracts_disagree; all at once
 */
export function crossCheck(state: RegistrationState, wish: RegistrationWish): AvsDirectoryVersion {
  const { head, registries, core } = state
  const version = matchAvsDirectoryVersion(head.chainId, registries.avsDirectory, core.domainSeparator)
  const problems = [
    ...checkDomain(state, version),
    ...checkDigest(state, wish, version),
    ...checkPoint(state, wish),
    ...checkAgreement(state),
  ]
  const [first, ...rest] = problems
  if (first !== undefined) throw new AirlockError('comparing with the contracts', [first, ...rest])
  return version ?? null
}

function checkDomain(
  { head, registries, core }: RegistrationState,
  version: AvsDirectoryVersion | undefined,
): Problem[] {
  if (version !== undefined) return []
  const message =
    `the AVSDirectory ${registries.avsDirectory} has domain separator ${core.domainSeparator} on chain ${head.chainId}, ` +
    'which is none of the four known flavours (no version, "1.", "v1", "1")'
  return [{ code: 'domain_unknown', message, hint: TRUST }]
}

function checkDigest(
  state: RegistrationState,
  wish: RegistrationWish,
  version: AvsDirectoryVersion | undefined,
): Problem[] {
  if (version === undefined) return []
  const { head, registries, core, coordinator } = state
  const domain = avsDirectoryDomain(head.chainId, registries.avsDirectory, version)
  const { operator, salt, expiry } = wish
  const ours = hashTyped(
    operatorAvsRegistration(domain, { operator, avs: coordinator.serviceManager, salt, expiry }),
  ).digest
  if (ours === core.digest) return []
  const message = `the AVSDirectory computes the digest ${core.digest}, this program ${ours}`
  return [{ code: 'digest_mismatch', message, hint: TRUST }]
}

function checkPoint({ head, coordinator }: RegistrationState, wish: RegistrationWish): Problem[] {
  const { operator, registryCoordinator } = wish
  const of = { operator, coordinator: registryCoordinator, chainId: head.chainId }
  const ours = encodeG1(blsProofMessage({ from: 'signer', operatorId: null }, of).point)
  const theirs = [word(coordinator.messagePoint.X), word(coordinator.messagePoint.Y)]
  if (ours[0] === theirs[0] && ours[1] === theirs[1]) return []
  const message = `the RegistryCoordinator computes the BLS message point ${theirs.join(', ')}, this program ${ours.join(', ')}`
  return [{ code: 'message_point_mismatch', message, hint: TRUST }]
}

function checkAgreement(state: RegistrationState): Problem[] {
  const { registries, core, coordinator } = state
  const problems: Problem[] = []
  if (registries.delegationManager !== core.delegationManager) {
    const message = `StakeRegistry names DelegationManager ${registries.delegationManager}, AVSDirectory names ${core.delegationManager}`
    problems.push({ code: 'contracts_disagree', message, hint: TRUST })
  }
  if (coordinator.operatorId !== registries.boundKey) {
    const message = `RegistryCoordinator gives operator id ${coordinator.operatorId}, BLSApkRegistry ${registries.boundKey}`
    problems.push({ code: 'contracts_disagree', message, hint: TRUST })
  }
  if (isRegistered(state) && !hasBoundKey(state)) {
    const message = 'RegistryCoordinator has the operator registered, BLSApkRegistry has no key of it'
    problems.push({ code: 'contracts_disagree', message, hint: TRUST })
  }
  return problems
}
