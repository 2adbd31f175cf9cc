// Two hundred sends killed at random and typed again: `npx tsx scripts/kill-send.ts [POINTS] [SEED]`, after `npm run build`.
//
// Prints what the kills left and fails on the first thing that is not as docs/journal.md says. The tests run a small share of it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KillSending } from '../test/support/stopped/kill-sending.ts'

const [points = 200, seed = 1] = process.argv.slice(2).map(Number)
/** One point in this many waits for a bump and for confirmations: they take longer. */
const SLOW = 5

async function main(): Promise<void> {
  // Whoever runs this keeps a ledger of their own: it is left alone.
  const home = mkdtempSync(join(tmpdir(), 'airlock-home-'))
  process.env['HOME'] = home
  const sending = await KillSending.open(seed)
  try {
    while (sending.counts.killed < points) {
      await sending.point(await sending.drawn(SLOW))
      if (sending.counts.points % 10 === 0) console.log(JSON.stringify(sending.counts))
    }
    console.log(`seed ${seed}: ${JSON.stringify(sending.counts)}`)
  } finally {
    await sending.close()
    rmSync(home, { recursive: true, force: true })
  }
}

await main()
