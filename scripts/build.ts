// Builds dist/airlock-page.html (build-page.ts), then dist/airlock-hot.mjs and dist/airlock-cold.mjs: one file each, nothing
// to install beside them.
//
// The offline program must contain nothing that could open a socket or start a process. Two things see to that: the
// bundler drops all code that no command reaches, and child_process (which the command line parser names for a feature
// that is not used) is replaced by a module that throws. What went in is written to dist/*.modules.json, and
// test/cold/gap.test.ts holds that list against the one in src/cold/README.md.
//
// Each replacement has to take place at least once: a file that was renamed would otherwise slip past its plugin in silence. And
// the bytes say nothing of where the modules were: with node_modules linked or elsewhere the bundle is the same.
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { build, type Metafile, type Plugin } from 'esbuild'
import { catalogueSchema } from '../src/shared/catalogue/catalogue-schema.ts'
import { buildPage } from './build-page.ts'

const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }

/** A part of the build that replaces something: `fire` is called with its name whenever it does. */
type Replacement = (fire: (name: string) => void) => Plugin

/**
 * CommonJS packages `require` Node's built-ins, which an ES module cannot. Each becomes a module that imports it, so
 * that all built-ins of the bundle stand as imports at its top, for a reader to see.
 */
const builtins: Replacement = (fire) => ({
  name: 'builtins',
  setup(on) {
    on.onResolve({ filter: /.*/ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined
      const name = path.startsWith('node:') ? path : `node:${path}`
      if (name === 'node:child_process') return { path: name, namespace: 'absent' }
      return kind === 'require-call' ? { path: name, namespace: 'required' } : { path: name, external: true }
    })
    on.onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => {
      fire('required built-ins')
      return { contents: `import * as builtin from '${path}'\nmodule.exports = builtin.default`, resolveDir: '.' }
    })
    on.onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => {
      fire('child_process')
      return { contents: `export const spawn = () => { throw new Error('${path} is not part of this program') }` }
    })
  },
})

/**
 * age-encryption can also seal files for keys, elliptic and post-quantum. Backups are sealed with a passphrase alone, and that
 * code is left out: a module that throws stands in for it. A file for a key is refused before it is reached.
 */
const passphraseOnly: Replacement = (fire) => ({
  name: 'passphrase-only',
  setup(on) {
    const filter = /^(@noble\/post-quantum\/hybrid\.js|@noble\/curves\/nist\.js|\.\/x25519\.js)$/
    on.onResolve({ filter }, ({ path, importer }) =>
      /node_modules\/age-encryption\/dist\//.test(importer) ? { path, namespace: 'absent-of-age' } : undefined,
    )
    on.onLoad({ filter: /.*/, namespace: 'absent-of-age' }, ({ path }) => {
      fire(`age without ${path}`)
      const contents = `const absent = () => { throw new Error('this program has passphrases only') }
        export { absent as MLKEM768P256, absent as MLKEM768X25519, absent as p256, absent as scalarMult, absent as scalarMultBase }`
      return { contents }
    })
  },
})

/** Files that stand beside a source tree and inside of a bundle: each becomes a module that holds the content. */
const inside: Replacement = (fire) => ({
  name: 'inside',
  setup(on) {
    on.onLoad({ filter: /[\\/]src[\\/]local[\\/]page-template\.ts$/ }, () => {
      fire('the page')
      const contents = `import page from './dist/airlock-page.html'\nexport const pageTemplate = () => page`
      return { contents, resolveDir: '.' }
    })
    on.onLoad({ filter: /[\\/]src[\\/]hot[\\/]scan[\\/]zxing-binary\.ts$/ }, () => {
      fire('the WebAssembly of zxing')
      const contents = `import base64 from 'zxing-wasm/reader/zxing_reader.wasm'
        export const zxingBinary = () => Buffer.from(base64, 'base64')`
      return { contents, resolveDir: '.' }
    })
  },
})

/** What has to be replaced in both bundles. */
const REPLACED = [
  ...['@noble/post-quantum/hybrid.js', '@noble/curves/nist.js', './x25519.js'].map((path) => `age without ${path}`),
  ...['child_process', 'required built-ins', 'the page'],
]

async function bundle(name: string, entry: string, replaced: readonly string[]): Promise<void> {
  const outfile = `dist/${name}.mjs`
  const fired = new Set<string>()
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    outfile,
    write: false,
    bundle: true,
    // A linked node_modules counts as the folder that it stands for.
    preserveSymlinks: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    metafile: true,
    legalComments: 'none',
    charset: 'utf8',
    banner: { js: '#!/usr/bin/env node' },
    // jpeg-js can load a picture from an address, which nobody here asks it to: what it would do that with is taken away.
    define: { AIRLOCK_VERSION: JSON.stringify(version), XMLHttpRequest: 'undefined' },
    plugins: [passphraseOnly, builtins, inside].map((replacement) => replacement((name) => fired.add(name))),
    loader: { '.html': 'text', '.wasm': 'base64' },
    logLevel: 'warning',
  })
  const missing = replaced.filter((what) => !fired.has(what))
  if (missing.length > 0) throw new Error(`building ${outfile}: nothing was replaced for ${missing.join(', ')}`)
  const bytes = Buffer.from(withoutPaths(outputFiles[0]?.text ?? '', Object.keys(metafile.inputs)))
  await writeFile(`dist/${name}.modules.json`, `${JSON.stringify(contents(metafile, outfile), null, 2)}\n`)
  await writeFile(outfile, bytes)
  console.log(`${createHash('sha256').update(bytes).digest('hex')}  ${outfile}  ${Math.ceil(bytes.length / 1024)} KiB`)
}

/** The bundler names the file of each module, in a line before it and within the wrapper of one that is evaluated late: both go. */
function withoutPaths(bundled: string, inputs: readonly string[]): string {
  const paths = new Set(inputs)
  const comment = /^\/\/ (.+)\n/gm
  const wrapper = /^( {2})"([^"\n]+)"(\([^)]*\) \{)$/gm
  return bundled
    .replace(comment, (line, path: string) => (paths.has(path) ? '' : line))
    .replace(wrapper, (line, indent: string, path: string, rest: string) =>
      paths.has(path) ? `${indent}module${rest}` : line,
    )
}

/** Refuses a catalogue that is not of its schema, or not spelled as its digest wants it. */
async function checkCatalogue(): Promise<void> {
  const text = await readFile('src/shared/catalogue/catalogue.json', 'utf8')
  const content: unknown = JSON.parse(text)
  catalogueSchema.parse(content)
  if (text !== `${JSON.stringify(content, null, 2)}\n`)
    throw new Error('building: catalogue.json is not canonical JSON')
}

/** The built-ins that a bundle imports, and every module that left code in it. */
function contents(metafile: Metafile, outfile: string): { builtins: string[]; modules: string[] } {
  const output = metafile.outputs[outfile]
  if (output === undefined) throw new Error(`the bundler wrote no ${outfile}`)
  const used = Object.entries(output.inputs).filter(([, input]) => input.bytesInOutput > 0)
  return {
    builtins: [...new Set(output.imports.map((imported) => imported.path))].toSorted(),
    modules: used.map(([path]) => path).toSorted(),
  }
}

await mkdir('dist', { recursive: true })
await checkCatalogue()
await buildPage()
await bundle('airlock-cold', 'src/cold/main.ts', REPLACED)
await bundle('airlock-hot', 'src/hot/main.ts', [...REPLACED, 'the WebAssembly of zxing'])
