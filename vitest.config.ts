import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These fetch packages: npm run test:contracts.
    exclude: [...configDefaults.exclude, 'test/contracts/**'],
    setupFiles: ['test/support/home.ts'],
    // A test that leans on another's leftovers fails here first.
    sequence: { shuffle: true },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Every core: by default one is left free, and of two that is half.
    maxWorkers: '100%',
  },
})
