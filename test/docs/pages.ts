// The documents of this repository, and what stands in them: headings, code, commands.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../support/project.ts'

export { root } from '../support/project.ts'

/** A document. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** A document by its path. */
export const page = (path: string): string => readFileSync(join(root, path), 'utf8')

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.git'])

function documents(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : documents(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/** All documents, by path. */
export const pages: readonly Page[] = documents('.')
  .toSorted()
  .map((path) => ({ path, text: page(path) }))

const FENCE = /^ *```\w*\n([^]*?)^ *```$/gm

/** The fenced blocks of a text. */
export const blocks = (text: string): string[] => [...text.matchAll(FENCE)].map(([, body = '']) => body)

/** A text without its fenced blocks. */
export const prose = (text: string): string => text.replaceAll(FENCE, '')

/** What stands in backquotes within the lines of a text. */
export const inline = (text: string): string[] => [...prose(text).matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

/** The headings of a text, without their marks. */
export const headings = (text: string): string[] =>
  [...prose(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) => title)

/** The titles and bodies of the sections of a level, in order; a title given twice is there twice. */
export function sections(text: string, mark: string): readonly (readonly [title: string, body: string])[] {
  const [, ...parts] = text.split(new RegExp(`^${mark} `, 'm'))
  return parts.map((part) => {
    const [title = '', ...lines] = part.split('\n')
    const end = lines.findIndex((line) => /^#{1,6} /.test(line))
    return [title, (end === -1 ? lines : lines.slice(0, end)).join('\n').trim()]
  })
}
