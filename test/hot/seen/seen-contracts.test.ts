// What the catalogue says that stands behind EigenDA's RegistryCoordinator on mainnet (l2beat's discovered.json), held against
// what a node says: another implementation, or none, is a warning.
import { expect, test } from 'vitest'
import { SeenContracts } from '../../../src/hot/seen/seen-contracts.ts'
import type { ContractCode } from '../../../src/shared/chain/code-print.ts'
import type { Address, Bytes32 } from '../../../src/shared/base/fields.ts'

const COORDINATOR = '0x0BAAc79acD45A023E19345c352d8a7a83C4e5656' as Address
const PINNED = '0x2088435ABcB1234A9427B755931C9064C93a2595' as Address
const OTHER = '0x00000000219ab540356cBB839Cbe05303d7705Fa' as Address
const codeHash = `0x${'c0'.repeat(32)}` as Bytes32

const saidOn = (chainId: number, behind: Address | null): readonly string[] => {
  const implementation = behind && { address: behind, codeHash }
  const contract: ContractCode = { address: COORDINATOR, codeHash, implementation }
  return new SeenContracts(null, chainId).judge([contract, contract]).map(({ code, level }) => `${level} ${code}`)
}

test('the implementation that the catalogue has is nothing to speak of', () => expect(saidOn(1, PINNED)).toEqual([]))
test('another one is a warning, once', () => expect(saidOn(1, OTHER)).toEqual(['warning implementation_unexpected']))
test('and so is none', () => expect(saidOn(1, null)).toEqual(['warning implementation_unexpected']))
test('of another chain the catalogue says nothing', () => expect(saidOn(31337, OTHER)).toEqual([]))
