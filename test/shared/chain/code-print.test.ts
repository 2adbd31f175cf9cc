// The print of contracts, by hand: sha256sum over the lines that docs/request-format.md describes.
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { BEACON_SLOT, codePrint, IMPLEMENTATION_SLOT, minimalTarget } from '../../../src/shared/chain/code-print.ts'
import type { ContractCode } from '../../../src/shared/chain/code-print.ts'
import { id, toBeHex } from 'ethers'

const [ONE, TWO] = ['0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf', '0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF']
const [A, B] = [`0x${'aa'.repeat(32)}`, `0x${'bb'.repeat(32)}`]
const plain = { address: ONE, codeHash: A, implementation: null } as unknown as ContractCode
const proxy = { address: ONE, codeHash: A, implementation: { address: TWO, codeHash: B } } as unknown as ContractCode
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

it('is that of a line for each contract, in their order', () => {
  const [lone, behind] = [`${ONE} ${A} none none\n`, `${ONE} ${A} ${TWO} ${B}\n`]
  expect(codePrint([plain])).toBe(digest(lone))
  expect(codePrint([proxy, plain])).toBe(digest(behind + lone))
  expect(codePrint([plain, proxy])).toBe(digest(lone + behind))
})

it('looks into the slots of EIP-1967', () => {
  expect(IMPLEMENTATION_SLOT).toBe(toBeHex(BigInt(id('eip1967.proxy.implementation')) - 1n))
  expect(BEACON_SLOT).toBe(toBeHex(BigInt(id('eip1967.proxy.beacon')) - 1n))
})

it('knows a minimal proxy by the code that EIP-1167 has, and by no other', () => {
  // The example of the EIP: a proxy for 0xbebebebebebebebebebebebebebebebebebebebe.
  const code = '0x363d3d373d3d3d363d73bebebebebebebebebebebebebebebebebebebebe5af43d82803e903d91602b57fd5bf3'
  expect(minimalTarget(code)).toBe('be'.repeat(20))
  expect(minimalTarget(`${code}00`)).toBeNull()
  expect(minimalTarget(code.replace('5af4', '5af1'))).toBeNull()
  expect(minimalTarget('0x')).toBeNull()
})
