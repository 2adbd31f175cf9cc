// The rule against circles of imports: no file may lead back to itself, not even by types. The plugins for this leave
// type-only imports out, and a circle of types is a circle for whoever reads.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'

/**
 * The relative imports and re-exports of a file, as paths: those of types, of JSON and at run time too.
 * @param {string} file
 * @returns {string[]}
 */
const importsOf = (file) =>
  ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(file), fileName))

/**
 * For each file that is imported in some folders: who imports it.
 * @param {readonly string[]} folders
 * @returns {Map<string, string[]>}
 */
function importersIn(folders) {
  /** @type {Map<string, string[]>} */
  const importers = new Map()
  const names = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  for (const file of names.filter((name) => name.endsWith('.ts'))) {
    for (const imported of importsOf(file)) importers.set(imported, [...(importers.get(imported) ?? []), file])
  }
  return importers
}

/**
 * For each file that leads to this one: the next on its shortest way there.
 * @param {string} file
 * @param {Map<string, string[]>} importers
 * @returns {Map<string, string>}
 */
function waysTo(file, importers) {
  /** @type {Map<string, string>} */
  const next = new Map()
  const queue = [file]
  for (const reached of queue) {
    const unseen = (importers.get(reached) ?? []).filter((importer) => !next.has(importer))
    for (const importer of unseen) next.set(importer, reached)
    queue.push(...unseen)
  }
  return next
}

/**
 * The way from a file to another, with both ends.
 * @param {string} from
 * @param {string} to
 * @param {Map<string, string>} next
 * @returns {string[]}
 */
const way = (from, to, next) => (from === to ? [to] : [from, ...way(next.get(from) ?? to, to, next)])

/**
 * The rule, for the files in some folders. They are read once a run.
 * @param {string} root
 * @param {readonly string[]} folders
 * @returns {import('eslint').Rule.RuleModule}
 */
export function noCycles(root, folders) {
  /** @type {Map<string, string[]> | undefined} */
  let importers
  return {
    meta: { type: 'problem', schema: [], messages: { circle: 'a circle of imports: {{files}}' } },
    create(context) {
      const file = context.filename
      importers ??= importersIn(folders.map((folder) => join(root, folder)))
      const next = waysTo(file, importers)
      if (!next.has(file)) return {}
      /** @param {{ source?: unknown }} node */
      const check = (node) => {
        const { value } = /** @type {{ value?: unknown }} */ (node.source ?? {})
        if (typeof value !== 'string' || !value.startsWith('.')) return
        const imported = join(dirname(file), value)
        if (imported !== file && !next.has(imported)) return
        const files = [file, ...way(imported, file, next)].map((name) => relative(root, name)).join(' -> ')
        context.report({ node: /** @type {import('estree').Node} */ (node), messageId: 'circle', data: { files } })
      }
      return {
        ImportDeclaration: check,
        ExportNamedDeclaration: check,
        ExportAllDeclaration: check,
        ImportExpression: check,
        TSImportType: check,
      }
    },
  }
}
