// The contracts of the devnet have the functions, events and errors of the real ones: by name, by arguments, by selector.

import { formatAbiItem } from 'viem/utils'
import { toEventSelector, toFunctionSelector } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { compileAll, type Artefacts, type CurrentContractName } from './compile.ts'
import { vectorsOf, type SelectorVector } from './vectors.ts'

/** Facts of the real contracts that this devnet does not need, by what they are about. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'AVSDirectory.DOMAIN_TYPEHASH()': 'AVSDirectoryM2 has it; the later one keeps it inside',
  'DelegationManagerM2.earningsReceiver(address)': 'v0.2.3 only, and this is v0.3.3 and later',
  'DelegationManager.domainSeparator()': 'for approvals of delegation, which operators do not sign',
  'RegistryCoordinator.updateOperators(address[])': 'stake updates are not the operator’s',
  'RegistryCoordinator.updateOperatorsForQuorum(address[][],bytes)': 'stake updates are not the operator’s',
  'RegistryCoordinator.socketRegistry()': 'the socket is in an event',
  'SlashingRegistryCoordinator.version()': 'of the build, and signed nowhere',
  'SlashingRegistryCoordinator.ChurnApproverUpdated(address,address)': 'the approver is fixed here',
  'SlashingRegistryCoordinator.EjectorUpdated(address,address)': 'the ejector is fixed here',
  'SlashingBLSApkRegistry.NewG2PubkeyRegistration(address,(uint256[2],uint256[2]))':
    'of a later proof, not of registering',
}

let artefacts: Artefacts<CurrentContractName>
beforeAll(async () => {
  artefacts = await compileAll()
})

const signaturesOf = (name: CurrentContractName, type: 'function' | 'event' | 'error'): string[] =>
  artefacts[name].abi.flatMap((item) => (item.type === type ? [formatAbiItem(item)] : []))

const known = vectorsOf('selector')
const isNeeded = ({ contract, signature }: SelectorVector): boolean =>
  LEFT_OUT[`${contract}.${signature}`] === undefined

describe.each(['function', 'event'] as const)('%s', (what) => {
  const named = known.filter((vector) => vector.what === what && isNeeded(vector))

  it.for(named.map((vector) => [vector.contract, vector.signature, vector] as const))('%s.%s', ([, , vector]) => {
    expect(signaturesOf(vector.contract as CurrentContractName, what)).toContain(vector.signature)
    const selector = what === 'function' ? toFunctionSelector(vector.signature) : toEventSelector(vector.signature)
    expect(selector).toBe(vector.value)
  })
})

it('every error is one that the real contracts have', () => {
  const errors = new Map(known.filter(({ what }) => what === 'error').map(({ signature, value }) => [signature, value]))
  const names = Object.keys(artefacts) as CurrentContractName[]
  const ours = new Set(names.flatMap((name) => signaturesOf(name, 'error')))
  for (const signature of ours) {
    expect(toFunctionSelector(signature), signature).toBe(errors.get(signature))
  }
  expect(ours.size).toBeGreaterThan(50)
})
