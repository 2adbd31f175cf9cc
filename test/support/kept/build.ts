// Before all tests: the programs that are kept running, bundled as those that ship are.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { bundled, REPLACED, REPLACED_HOT } from '../../../scripts/bundle.ts'
import { inProject } from '../project.ts'
import { driverOf } from './kept.ts'

export async function setup(): Promise<void> {
  for (const [name, replaced] of [
    ['airlock-cold', REPLACED],
    ['airlock-hot', REPLACED_HOT],
  ] as const) {
    const outfile = driverOf(name)
    mkdirSync(dirname(outfile), { recursive: true })
    const { text } = await bundled(inProject('test/support/kept', `${name}.ts`), `dist/${name}.mjs`, replaced)
    writeFileSync(outfile, text)
  }
}
