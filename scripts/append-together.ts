// Processes that append to one ledger at once: `npx tsx scripts/append-together.ts [PROCESSES] [APPENDS]`.
//
// Prints how many entries there are and how long it took; fails when one is lost, doubled, or out of its process's order.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { appendTogether, lostAppends } from '../test/support/stopped/append-together.ts'

const [processes = 20, count = 100] = process.argv.slice(2).map(Number)
const folder = mkdtempSync(join(tmpdir(), 'airlock-append-'))
const begun = performance.now()
const entries = await appendTogether(folder, processes, count)
const seconds = (performance.now() - begun) / 1000
const lost = lostAppends(entries, processes, count)
console.log(`${processes} processes, ${count} appends each: ${entries.length} entries in ${seconds.toFixed(1)} s`)
for (const what of lost) console.log(`LOST: ${what}`)
if (lost.length > 0) process.exitCode = 1
rmSync(folder, { recursive: true, force: true })
