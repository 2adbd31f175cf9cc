// The devnet's known answers, as the real contracts gave them: vectors/devnet/*.json.

import { readFileSync } from 'node:fs'
import type { Address, Hex } from 'viem'
import type { DomainFlavour } from './operator.ts'
import { inProject } from '../support/project.ts'

export interface HashToG1Vector {
  readonly kind: 'hash-to-g1'
  readonly note: string
  readonly input: Hex
  readonly point: readonly [Hex, Hex]
}

export interface AvsRegistrationVector {
  readonly kind: 'operator-avs-registration'
  readonly chainId: string
  readonly avsDirectory: Address
  readonly domainVersion: DomainFlavour
  readonly operator: Address
  readonly avs: Address
  readonly salt: Hex
  readonly expiry: string
  readonly domainSeparator: Hex
  readonly digest: Hex
}

export interface PubkeyRegistrationVector {
  readonly kind: 'pubkey-registration'
  readonly note: string
  readonly chainId: string
  readonly registryCoordinator: Address
  readonly operator: Address
  readonly point: readonly [Hex, Hex]
}

export interface ChurnApprovalVector {
  readonly kind: 'churn-approval'
  readonly note: string
  readonly chainId: string
  readonly registryCoordinator: Address
  readonly operator: Address
  readonly operatorId: Hex
  readonly kicks: readonly { readonly quorumNumber: number; readonly operator: Address }[]
  readonly salt: Hex
  readonly expiry: string
  readonly digest: Hex
}

export interface RegistrationVector {
  readonly kind: 'registration-transaction'
  readonly note: string
  readonly chainId: string
  readonly avsDirectoryDomainVersion: DomainFlavour
  readonly avsDirectory: Address
  readonly serviceManager: Address
  readonly registryCoordinator: Address
  readonly operator: Address
  readonly operatorPrivateKey: Hex
  readonly blsSecretKey: Hex
  readonly quorumNumbers: Hex
  readonly socket: string
  readonly salt: Hex
  readonly expiry: string
  readonly operatorId: Hex
  readonly calldata: Hex
  readonly rawTransaction: Hex
}

export interface OutcomeVector {
  readonly kind: 'registration-outcome'
  /** Which contracts were asked. */
  readonly note: string
  readonly case: string
  readonly ok: boolean
  /** Absent when it went well, null when the answer was a mined transaction of status 0. */
  readonly revertData?: Hex | null
}

export interface KeyRegistrarBn254Vector {
  readonly kind: 'key-registrar-bn254'
  readonly chainId: string
  readonly keyRegistrar: Address
  readonly operator: Address
  readonly avs: Address
  readonly operatorSetId: number
  readonly keyData: Hex
  readonly digest: Hex
  readonly point: readonly [Hex, Hex]
}

export interface KeyRegistrarEcdsaVector {
  readonly kind: 'key-registrar-ecdsa'
  readonly chainId: string
  readonly keyRegistrar: Address
  readonly operator: Address
  readonly avs: Address
  readonly operatorSetId: number
  readonly keyAddress: Address
  readonly digest: Hex
}

export interface OperatorSetRegistrationVector {
  readonly kind: 'operator-set-registration'
  /** Which registrar answered. */
  readonly note: string
  readonly chainId: string
  readonly allocationManager: Address
  readonly avs: Address
  /** The next four with a SlashingRegistryCoordinator only. */
  readonly registryCoordinator?: Address
  readonly blsSecretKey?: Hex
  readonly registrationType?: number
  readonly operatorId?: Hex
  readonly operatorSetIds: readonly number[]
  readonly operator: Address
  readonly operatorPrivateKey: Hex
  readonly socket: string
  readonly data: Hex
  readonly calldata: Hex
  readonly rawTransaction: Hex
}

export interface SelectorVector {
  readonly kind: 'selector'
  /** Empty for an error, which any contract may have. */
  readonly contract: string
  readonly what: 'function' | 'event' | 'error'
  readonly signature: string
  readonly value: Hex
}

type Outcome<Kind extends string> = Omit<OutcomeVector, 'kind'> & { readonly kind: Kind }

interface VectorFiles {
  'hash-to-g1': HashToG1Vector
  'operator-avs-registration': AvsRegistrationVector
  'pubkey-registration': PubkeyRegistrationVector
  'churn-approval': ChurnApprovalVector
  'registration-transaction': RegistrationVector
  'registration-outcome': OutcomeVector
  'churn-outcome': Outcome<'churn-outcome'>
  'operator-set-outcome': Outcome<'operator-set-outcome'>
  'operator-set-registration': OperatorSetRegistrationVector
  'key-registrar-bn254': KeyRegistrarBn254Vector
  'key-registrar-ecdsa': KeyRegistrarEcdsaVector
  selector: SelectorVector
}

export function vectorsOf<Kind extends keyof VectorFiles>(kind: Kind): VectorFiles[Kind][] {
  const file = inProject(`vectors/devnet/${kind}.json`)
  const { airlock, cases } = JSON.parse(readFileSync(file, 'utf8')) as { airlock: string; cases: VectorFiles[Kind][] }
  if (airlock !== 'vectors/1') throw new Error(`reading ${file}: expected vectors/1, got ${airlock}`)
  for (const vector of cases) {
    if (vector.kind !== kind) throw new Error(`reading ${file}: expected ${kind}, got ${vector.kind}`)
  }
  return cases
}

/** Groups that share everything in `key`, in order of first appearance. */
export function grouped<Vector>(vectors: readonly Vector[], key: (vector: Vector) => string): [string, Vector[]][] {
  const groups = new Map<string, Vector[]>()
  for (const vector of vectors) groups.set(key(vector), [...(groups.get(key(vector)) ?? []), vector])
  return [...groups]
}
