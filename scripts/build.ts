// Builds dist/airlock-page.html (build-page.ts), then dist/airlock-hot.mjs and dist/airlock-cold.mjs (bundle.ts): one file each,
// nothing to install beside them.
//
// What went into each is written to dist/*.modules.json, and test/cold/gap.test.ts holds that list against the one in
// src/cold/README.md.
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { catalogueSchema } from '../src/shared/catalogue/catalogue-schema.ts'
import { buildPage } from './build-page.ts'
import { bundled, REPLACED, REPLACED_HOT } from './bundle.ts'
import { writeWholeFile } from './whole-file.ts'

async function bundle(name: string, entry: string, replaced: readonly string[]): Promise<void> {
  const outfile = `dist/${name}.mjs`
  const { text, ...contents } = await bundled(entry, outfile, replaced)
  const bytes = Buffer.from(text)
  await writeWholeFile(`dist/${name}.modules.json`, `${JSON.stringify(contents, null, 2)}\n`)
  await writeWholeFile(outfile, bytes)
  console.log(`${createHash('sha256').update(bytes).digest('hex')}  ${outfile}  ${Math.ceil(bytes.length / 1024)} KiB`)
}

/** Refuses a catalogue that is not of its schema, or not spelled as its digest wants it. */
async function checkCatalogue(): Promise<void> {
  const text = await readFile('src/shared/catalogue/catalogue.json', 'utf8')
  const content: unknown = JSON.parse(text)
  catalogueSchema.parse(content)
  if (text !== `${JSON.stringify(content, null, 2)}\n`)
    throw new Error('building: catalogue.json is not canonical JSON')
}

await mkdir('dist', { recursive: true })
await checkCatalogue()
await buildPage()
await bundle('airlock-cold', 'src/cold/main.ts', REPLACED)
await bundle('airlock-hot', 'src/hot/main.ts', REPLACED_HOT)
