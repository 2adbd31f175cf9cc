// A program as one file: what the bundler is told, what is replaced in it, and what went in.
//
// The offline program must contain nothing that could open a socket or start a process. Two things see to that: the
// bundler drops all code that no command reaches, and child_process (which the command line parser names for a feature
// that is not used) is replaced by a module that throws.
//
// Each replacement has to take place at least once: a file that was renamed would otherwise slip past its plugin in silence. And
// the bytes say nothing of where the modules were: with node_modules linked or elsewhere the bundle is the same.
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { build, type Metafile, type Plugin } from 'esbuild'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

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

/** What is replaced in both programs. */
export const REPLACED: readonly string[] = [
  ...['@noble/post-quantum/hybrid.js', '@noble/curves/nist.js', './x25519.js'].map((path) => `age without ${path}`),
  ...['child_process', 'required built-ins', 'the page'],
]

/** What is replaced in the online program. */
export const REPLACED_HOT: readonly string[] = [...REPLACED, 'the WebAssembly of zxing']

/** One file, and what went into it. */
export interface Bundled {
  readonly text: string
  /** The built-ins that it imports. */
  readonly builtins: readonly string[]
  /** Every module that left code in it. */
  readonly modules: readonly string[]
}

/**
 * Bundles a program; nothing is written.
 *
 * @param entry its first file
 * @param outfile the name that it will have
 * @param replaced what has to be replaced in it
 * @throws Error where a replacement did not take place
 */
export async function bundled(entry: string, outfile: string, replaced: readonly string[]): Promise<Bundled> {
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
  return {
    text: withoutPaths(outputFiles[0]?.text ?? '', Object.keys(metafile.inputs)),
    ...contents(metafile, outfile),
  }
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
