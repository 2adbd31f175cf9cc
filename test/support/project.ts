// Where this project lies, for tests that read its files.
import { resolve } from 'node:path'

/** The folder with package.json. */
export const root = resolve(import.meta.dirname, '../..')

/** A path below it. */
export const inProject = (...names: readonly string[]): string => resolve(root, ...names)
