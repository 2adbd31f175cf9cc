// A million hostile inputs for the transport: `npx tsx scripts/fuzz-transport.ts [INPUTS] [SEED]`.
//
// Prints what came of them, the slowest input and the most memory. Fails on a wrong message, on anything thrown that is no
// refusal, and on an input that took longer than 50 ms. What the inputs are stands in
// test/support/transport-fuzz.ts; the tests run the first twenty thousand.
import { TransportFuzz } from '../test/support/transport-fuzz.ts'

const SLOWEST = 50

const [inputs = 1_000_000, seed = 1] = process.argv.slice(2).map(Number)
const fuzz = new TransportFuzz(seed)
const atStart = process.memoryUsage().rss
let most = 0
for (let index = 0; index < inputs; index += 1) {
  fuzz.step()
  if (index % 1000 === 0) most = Math.max(most, process.memoryUsage().rss)
}

const { accepted, counts, faults, slowest } = fuzz.report
const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`
console.log(JSON.stringify(counts, null, 2))
console.log(`${inputs} inputs, seed ${seed}: ${accepted} accepted, each the true one unless named below`)
console.log('slowest input of each kind, ms:', slowest)
console.log(`most memory: ${megabytes(most)}, ${megabytes(atStart)} at the start`)
for (const fault of faults.slice(0, 20)) console.log(`FAULT: ${fault}`)
if (faults.length > 0 || Math.max(...Object.values(slowest)) > SLOWEST) process.exitCode = 1
