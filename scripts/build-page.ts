// Builds dist/airlock-page.html: template, style and script in one file that opens without a server.
//
// The page's policy allows exactly the one script and the one style by their SHA-256, and no connection at all. The file is
// the same for the same sources: no times, no paths, no randomness.
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { build, transform } from 'esbuild'
import { writeWholeFile } from './whole-file.ts'

const OUTPUT = 'dist/airlock-page.html'

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** What a browser may do for the page. */
export function policy(script: string, style: string): string {
  return [
    `default-src 'none'`,
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    // No string of a document can become markup: the page makes none, and the browser would refuse it.
    `require-trusted-types-for 'script'`,
    `trusted-types 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
}

/** The script of the page, and the modules that left code in it. */
async function bundled(): Promise<{ script: string; modules: string[] }> {
  const { metafile, outputFiles } = await build({
    entryPoints: ['src/page/page.ts'],
    outfile: 'page.js',
    write: false,
    bundle: true,
    preserveSymlinks: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    metafile: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const modules = inputs.filter(([, input]) => input.bytesInOutput > 0).map(([path]) => path)
  return { script: (outputFiles[0]?.text ?? '').trim(), modules: modules.toSorted() }
}

/** Puts a text in the one place of the template that is called by this name. */
function filled(template: string, name: string, text: string): string {
  const [before, after, ...more] = template.split(name)
  if (before === undefined || after === undefined || more.length > 0) throw new Error(`expected ${name} once`)
  return before + text + after
}

/** Builds the page, and prints its SHA-256. */
export async function buildPage(): Promise<void> {
  await mkdir('dist', { recursive: true })
  const { script, modules } = await bundled()
  const css = await readFile('src/page/style.css', 'utf8')
  const style = (await transform(css, { loader: 'css', minify: true, target: 'es2022' })).code.trim()
  const template = await readFile('src/page/index.html', 'utf8')
  const places = { AIRLOCK_POLICY: policy(script, style), AIRLOCK_STYLE: style, AIRLOCK_SCRIPT: script }
  const html = Object.entries(places).reduce((page, [name, text]) => filled(page, name, text), template)
  await writeWholeFile(OUTPUT, html)
  await writeWholeFile('dist/airlock-page.modules.json', `${JSON.stringify({ modules }, null, 2)}\n`)
  const size = `${Math.ceil(Buffer.byteLength(html) / 1024)} KiB`
  console.log(`${createHash('sha256').update(html).digest('hex')}  ${OUTPUT}  ${size}`)
}
