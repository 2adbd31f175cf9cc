// airlock-hot build register: from one root address to what a registration asks for.
import { coldCommand } from '../../shared/base/commands.ts'
import { randomBytes } from 'node:crypto'
import { bytesToHex } from 'viem'
import { readDocument } from '../../local/document-file.ts'
import type { Call } from '../../shared/chain/call.ts'
import { nothingMade } from '../../shared/request/derive.ts'
import { callOf } from '../../shared/operations/operation-kinds.ts'
import { operatorId } from '../../shared/chain/bn254.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Bytes32 } from '../../shared/base/fields.ts'
import type { GasNeed } from '../../shared/operation-parts/gas.ts'
import { coordinatorGas, MOST_STRATEGIES, withOwnChurn } from '../../shared/operation-parts/registration-gas.ts'
import { keyOf, type RegisterOperation } from '../../shared/operations/register.ts'
import type { PubkeyRegistrationParams } from '../../shared/chain/bls-registration.ts'
import { decodeResponse } from '../../shared/request/response.ts'
import type { AvsDirectoryVersion } from '../../shared/chain/typed-data.ts'
import { chosenAvs, type AvsOptions } from '../build/avs-argument.ts'
import { build, type BuildOptions, type Plan } from '../build/build.ts'
import type { Site } from '../build/site.ts'
import { churnsByItself, lookCloser } from './closer-look.ts'
import { checkDispatch } from '../build/dispatch.ts'
import { crossCheck } from './cross-check.ts'
import { ownRemovals } from './own-churn.ts'
import { hasBoundKey, isRegistered, preflight, remarks } from './preflight.ts'
import {
  quorumStates,
  readRegistrationState,
  type RegistrationState,
  type RegistrationWish,
} from './registration-state.ts'
import { zxingReader } from '../scan/zxing.ts'

export interface RegisterOptions extends AvsOptions, BuildOptions {
  readonly quorums: readonly number[]
  readonly socket: string
  readonly operatorId?: Bytes32
  readonly blsProof?: string
  readonly salt?: Bytes32
}

/** Builds a registration and writes it. */
export async function buildRegister(options: RegisterOptions): Promise<void> {
  const plan = await planRegister(options)
  await build(options, async (site) => (await plan(site)).planned)
}

/** A registration planned, with what it was planned from. */
export interface PlannedRegistration {
  readonly planned: Plan & { readonly operation: RegisterOperation; readonly gas: GasNeed }
  readonly state: RegistrationState
  readonly wish: RegistrationWish
}

/**
 * Reads what was typed.
 *
 * @returns what reads the chain and plans the registration
 */
export async function planRegister(options: RegisterOptions): Promise<(site: Site) => Promise<PlannedRegistration>> {
  const coordinatorOn = chosenAvs(options)
  const proof = options.blsProof === undefined ? null : await readProof(options.blsProof)
  return async ({ head, reader, expiry }) => {
    const wish: RegistrationWish = {
      registryCoordinator: coordinatorOn(head.chainId),
      operator: options.operator,
      quorums: options.quorums,
      socket: options.socket,
      operatorId: options.operatorId ?? (proof && operatorId(proof.publicKeyG1)),
      salt: options.salt ?? (bytesToHex(randomBytes(32)) as Bytes32),
      expiry,
    }
    const state = await readRegistrationState(reader, head, wish)
    const version = crossCheck(state, wish)
    const { code: own } = state.coordinator
    const codes = [own, ...state.registries.implementationCode]
    await checkDispatch(reader, codes, trialOf(wish), wish.operator)
    const closer = await lookCloser(reader, state, wish)
    const planned = {
      operation: makeOperation(state, wish, version, options.socket, proof),
      problems: preflight(state, wish, closer),
      remarks: remarks(state, wish, closer),
      claims: ownRemovals(state, wish, closer),
    }
    return { planned: { ...planned, gas: gasFor(state, wish, planned.operation) }, state, wish }
  }
}

/** What the registration needs: by the strategies that its quorums weigh, and by the members of those that make room themselves. */
function gasFor(state: RegistrationState, wish: RegistrationWish, operation: RegisterOperation): GasNeed {
  const quorums = quorumStates(state, wish.quorums)
  const strategies = quorums.map((quorum) => quorum.strategies ?? MOST_STRATEGIES)
  const { most } = coordinatorGas({ key: keyOf(operation), socket: operation.socket, strategies })
  const places = quorums.flatMap(({ operators, maximum }) =>
    operators === null || maximum === null ? [] : [{ operators, maximum }],
  )
  return withOwnChurn(most, churnsByItself(state) ? places : [])
}

/** A registration for no quorum, which the contract refuses whatever else is in it. */
const trialOf = ({ registryCoordinator, operator, expiry }: RegistrationWish): Call => {
  const none = { operator, operatorSignature: null, pubkeyRegistration: null, quorums: [], socket: '' }
  const operation = { ...none, kind: 'register' as const, registryCoordinator, serviceManager: registryCoordinator }
  return callOf({ operation, chainId: 1, expiry }, nothingMade)
}

/** The operation, asking for those signatures only that the contracts will check. */
function makeOperation(
  state: RegistrationState,
  wish: RegistrationWish,
  domainVersion: AvsDirectoryVersion,
  socket: string,
  proof: PubkeyRegistrationParams | null,
): RegisterOperation {
  const asked = { avsDirectory: state.registries.avsDirectory, domainVersion, salt: wish.salt, signer: null }
  const key =
    proof === null
      ? { from: 'signer' as const, operatorId: wish.operatorId }
      : { from: 'request' as const, params: proof }
  return {
    kind: 'register',
    operator: wish.operator,
    operatorSignature: isRegistered(state) ? null : asked,
    pubkeyRegistration: isRegistered(state) || hasBoundKey(state) ? null : key,
    // Any order and any number gets this far, so that all reasons are reported together; the encoder is strict.
    quorums: wish.quorums,
    registryCoordinator: wish.registryCoordinator,
    serviceManager: state.coordinator.serviceManager,
    socket,
  }
}

/** The BLS proof of a partial response, made on another offline machine. */
export async function readProof(path: string): Promise<PubkeyRegistrationParams> {
  const doing = 'reading the BLS proof'
  const { pubkeyRegistrationParams } = decodeResponse(doing, await readDocument(doing, path, zxingReader))
  if (pubkeyRegistrationParams !== null) return pubkeyRegistrationParams
  const seen = 'the response holds no pubkeyRegistrationParams'
  throw refusal(
    doing,
    'signature_missing',
    seen,
    `sign the request on the machine with the BLS key: ${coldCommand('sign', { '--bls-keystore': 'FILE' })}`,
  )
}
