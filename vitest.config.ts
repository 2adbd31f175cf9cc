import { availableParallelism } from 'node:os'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

/** Files that put another module in the place of one of ours. */
const ALONE = ['test/cold/validate/validate.test.ts']
/** What fetches packages: npm run test:contracts. */
const FETCHING = 'test/contracts/**'

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
