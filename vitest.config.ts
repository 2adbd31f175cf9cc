import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that put another module in the place of one of ours. */
const ALONE = ['test/cold/validate/validate.test.ts']
/** What takes minutes: begun first, so that no worker is left alone with it in the end. */
const LONG = ['test/page/', 'test/local/processes.test.ts', 'send-kill.test.ts', 'ledger-kill.test.ts']
/** What fetches packages: npm run test:contracts. */
const FETCHING = 'test/contracts/**'

/** Files in an order of the run's seed, but for what takes minutes. */
class LongFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const seed = String(this.ctx.config.sequence.seed)
    const place = (file: TestSpecification): string =>
      (isLong(file) ? '' : 'then ') + createHash('sha256').update(seed).update(file.moduleId).digest('hex')
    return Promise.resolve(files.toSorted((one, other) => (place(one) < place(other) ? -1 : 1)))
  }
}

const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((part) => moduleId.includes(part))

const common: TestProjectInlineConfiguration['test'] = {
  setupFiles: ['test/support/home.ts'],
  // A test that leans on another's leftovers fails here first.
  sequence: { shuffle: true },
  // Bounds for what hangs, not for what is slow.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  restoreMocks: true,
  pool: 'forks',
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst, shuffle: true },
    globalSetup: ['test/support/kept/build.ts'],
    // One more than there are cores: what waits for a chain, a browser or a terminal leaves its core to another.
    maxWorkers: availableParallelism() + 1,
    projects: [
      // Files of one worker share its modules: loading viem and ethers costs seconds, and most of our own modules keep nothing.
      {
        test: { ...common, name: 'all', include: ['test/**/*.test.ts'], exclude: [...ALONE, FETCHING], isolate: false },
      },
      { test: { ...common, name: 'alone', include: ALONE } },
    ],
  },
})
