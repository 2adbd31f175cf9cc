// The tests on real contracts, `npm run test:contracts`: apart from `npm test`, because they fetch packages.
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '../..')

export default defineConfig({
  root,
  test: {
    include: ['test/contracts/**/*.test.ts'],
    globalSetup: [join(root, 'test/support/kept/build.ts'), join(import.meta.dirname, 'fetch.ts')],
    setupFiles: [join(root, 'test/support/home.ts')],
    // Each test by its name, the skipped ones among them.
    reporters: ['verbose'],
    sequence: { shuffle: true },
    testTimeout: 480_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: '100%',
  },
})
