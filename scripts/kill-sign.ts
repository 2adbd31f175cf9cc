// A thousand signings killed at random, and one killed at every file operation: `npx tsx scripts/kill-sign.ts [POINTS] [SEED]`.
//
// Prints what was found after the kills and fails on the first thing that is not as docs/ledger-reliability.md says. The tests
// run a small share of it.
import { KillSigning } from '../test/support/stopped/kill-signing.ts'
import { SignRoom } from '../test/support/stopped/sign-room.ts'

const [points = 1000, seed = 1] = process.argv.slice(2).map(Number)

async function main(): Promise<void> {
  const room = await SignRoom.open()
  try {
    const signing = new KillSigning(room, seed, 8)
    const operations = await signing.operations()
    console.log(`${operations.length} file operations in a signing that begins a ledger`)
    await everyOperation(room, operations)
    while (signing.counts.killed < points) {
      await signing.point(signing.drawn(operations.length))
      if (signing.counts.points % 50 === 0) console.log(JSON.stringify(signing.counts))
    }
    await signing.end()
    console.log(`at random, seed ${seed}: ${JSON.stringify(signing.counts)}`)
  } finally {
    room.close()
  }
}

/** Before each operation, and in the middle of each write. */
async function everyOperation(room: SignRoom, operations: readonly string[]): Promise<void> {
  const signing = new KillSigning(room, seed, 1)
  for (const [index, operation] of operations.entries()) {
    await signing.point({ at: index + 1, when: 'before' })
    if (operation.startsWith('writeSync')) await signing.point({ at: index + 1, when: 'half' })
    if (index % 50 === 0) console.log(`operation ${index + 1}: ${JSON.stringify(signing.counts)}`)
  }
  await signing.end()
  console.log(`at every operation: ${JSON.stringify(signing.counts)}`)
}

await main()
