// The devnet's known answers, as the real contracts gave them: vectors/devnet/*.json.

import { readFileSync } from 'node:fs'
import type { Address, Hex } from 'viem'
import type { DomainFlavour } from './operator.ts'

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

interface VectorFiles {
  'hash-to-g1': HashToG1Vector
  'operator-avs-registration': AvsRegistrationVector
  'pubkey-registration': PubkeyRegistrationVector
  'churn-approval': ChurnApprovalVector
  'registration-transaction': RegistrationVector
  'registration-outcome': OutcomeVector
}

export function vectorsOf<Kind extends keyof VectorFiles>(kind: Kind): VectorFiles[Kind][] {
  const file = new URL(`../../vectors/devnet/${kind}.json`, import.meta.url)
  const { airlock, cases } = JSON.parse(readFileSync(file, 'utf8')) as { airlock: string; cases: VectorFiles[Kind][] }
  if (airlock !== 'vectors/1') throw new Error(`reading ${file.pathname}: expected vectors/1, got ${airlock}`)
  for (const vector of cases) {
    if (vector.kind !== kind) throw new Error(`reading ${file.pathname}: expected ${kind}, got ${vector.kind}`)
  }
  return cases
}

/** Groups that share everything in `key`, in order of first appearance. */
export function grouped<Vector>(vectors: readonly Vector[], key: (vector: Vector) => string): [string, Vector[]][] {
  const groups = new Map<string, Vector[]>()
  for (const vector of vectors) groups.set(key(vector), [...(groups.get(key(vector)) ?? []), vector])
  return [...groups]
}
