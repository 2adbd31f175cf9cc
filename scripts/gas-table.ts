// Every kind of operation mined once on the devnet, with its gas: `npm run gas-table`.
//
// Prints for each what a node estimates for it in the block before it was mined, the limit that it was signed with, and what it
// used; then, held against what the real contracts needed for the same kind and size (vectors/gas.json), by how much the devnet is
// cheaper. What is more than a fifth cheaper is listed by name: there a test on the devnet proves nothing of a limit.
import { readFileSync } from 'node:fs'
import { inProject } from '../test/support/project.ts'
import { openWalk, walkOperations } from '../test/demo/all.ts'
import { leaveQuorums, leaveSets } from '../test/demo/leaving.ts'
import { Screens } from '../test/demo/screens.ts'
import type { Row, Walk } from '../test/demo/walk.ts'
import type { CurrentRoom } from '../test/support/current-room.ts'

/** A case of the real contracts. */
interface Fact {
  readonly kind: string
  readonly contracts: string
  readonly need: number
  readonly size?: Readonly<Record<string, string | number | boolean>>
}

interface Measured {
  readonly name: string
  readonly limit: bigint
  readonly estimate: bigint
  readonly used: number
}

/** How much cheaper the devnet may be before it is listed. */
const ALLOWED = 0.2

/** Of operations that are shown in several ways: whose contracts they stand for, and what was asked for. */
const LIKE: Readonly<Record<string, { readonly contracts: string; readonly size?: Fact['size'] }>> = {
  'register, M2': { contracts: '7d49b51', size: { quorums: 2, key: 'new' } },
  'register, EigenDA': { contracts: 'b42aa0b', size: { quorums: 2, key: 'new' } },
  'register-with-churn, M2': { contracts: '7d49b51', size: { quorums: 1, key: 'new' } },
  'register-with-churn, EigenDA': { contracts: 'b42aa0b', size: { quorums: 1, key: 'new' } },
  'deregister, M2': { contracts: '7d49b51', size: { quorums: 2 } },
  'deregister, EigenDA': { contracts: 'b42aa0b', size: { quorums: 2 } },
  'deregister, M2, 1 of 3 quorums, 4 others': { contracts: '7d49b51', size: { quorums: 1 } },
  'deregister, M2, 2 of 3 quorums, 4 others': { contracts: '7d49b51', size: { quorums: 2 } },
  'deregister, M2, 3 of 3 quorums, 4 others': { contracts: '7d49b51', size: { quorums: 3 } },
  'update-socket, M2': { contracts: '7d49b51' },
  'update-socket, EigenDA': { contracts: 'b42aa0b' },
  'register-as-operator, slashing generation': { contracts: 'v1.12', size: { deposits: 0 } },
  'register-as-operator, M2 generation': { contracts: 'M2 core', size: { deposits: 0 } },
  'modify-operator-details': { contracts: 'v1.12' },
  'update-metadata-uri': { contracts: 'v1.12' },
  'update-metadata-uri, sent by the appointee': { contracts: 'v1.12' },
  'register-for-operator-sets, NORMAL': { contracts: 'SlashingRegistryCoordinator', size: { sets: 2 } },
  'register-for-operator-sets, CHURN': { contracts: 'SlashingRegistryCoordinator', size: { sets: 1 } },
  'register-for-operator-sets, the socket only': { contracts: 'AVSRegistrarWithSocket', size: { sets: 2 } },
  'register-for-operator-sets, nothing but the key': { contracts: 'AVSRegistrarWithSocket', size: { sets: 1 } },
  'deregister-from-operator-sets': { contracts: 'SlashingRegistryCoordinator', size: { sets: 1 } },
  'deregister-from-operator-sets, 1 of 2 sets, 4 others': {
    contracts: 'SlashingRegistryCoordinator',
    size: { sets: 1 },
  },
  'deregister-from-operator-sets, 2 of 2 sets, 4 others': {
    contracts: 'SlashingRegistryCoordinator',
    size: { sets: 2 },
  },
  'modify-allocations': { contracts: 'v1.12', size: { sets: 1, strategies: 1 } },
}

/** The least that the real contracts needed for the like of it; null where nothing like it was measured. */
function leastReal(name: string, facts: readonly Fact[]): number | null {
  const kind = name.replace(/,.*/, '')
  const { contracts, size = {} } = LIKE[name] ?? { contracts: '' }
  const alike = facts.filter(
    (one) =>
      one.kind === kind &&
      one.contracts.includes(contracts) &&
      Object.entries(size).every(([what, value]) => one.size?.[what] === value),
  )
  return alike.length === 0 ? null : Math.min(...alike.map(({ need }) => need))
}

async function measure({ room }: Walk, { name, transaction, gasUsed }: Row): Promise<Measured | null> {
  if (transaction === null || gasUsed === null) return null
  const { client } = room.devnet
  const { from, to, input, gas, value, blockNumber } = await client.getTransaction({ hash: transaction })
  const estimate = await client.estimateGas({
    ...{ account: from, to, data: input, value, blockNumber: blockNumber - 1n },
  })
  return { name, limit: gas, estimate, used: gasUsed }
}

function print(measured: readonly Measured[], facts: readonly Fact[]): void {
  const line = (name: string, ...columns: readonly string[]): void =>
    console.log(`${name.padEnd(56)}${columns.map((column) => column.padStart(12)).join('')}`)
  const number = (value: bigint | number | null): string => value?.toLocaleString('en') ?? '-'
  line('operation, generation of the devnet', 'estimate', 'limit', 'gas used', 'real, least', 'cheaper')
  const cheap: string[] = []
  for (const { name, estimate, limit, used } of measured) {
    const real = leastReal(name, facts)
    const cheaper = real === null ? null : 1 - Number(estimate) / real
    if (cheaper !== null && cheaper > ALLOWED) cheap.push(name)
    const percent = cheaper === null ? '-' : `${(100 * cheaper).toFixed(0)} %`
    line(name, number(estimate), number(limit), number(used), number(real), percent)
  }
  console.log(`\n${measured.length} mined; more than 20 % cheaper than the real contracts: ${cheap.length}`)
  for (const name of cheap) console.log(`  ${name}`)
}

const facts = (JSON.parse(readFileSync(inProject('vectors/gas.json'), 'utf8')) as { readonly rows: readonly Fact[] })
  .rows
const rooms: CurrentRoom[] = []
try {
  const screens = new Screens(process.argv.includes('--verbose'))
  const { walk, m2 } = await openWalk(screens, rooms)
  await walkOperations(walk, m2)
  await leaveQuorums(walk)
  await leaveSets(walk)
  const measured: Measured[] = []
  for (const row of walk.rows) {
    const one = await measure(walk, row)
    if (one !== null) measured.push(one)
  }
  print(measured, facts)
} finally {
  for (const room of rooms) await room.close()
}
