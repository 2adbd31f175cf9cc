// The page as it was built. Within a bundle scripts/build.ts puts the page itself in place of this file.
import { readFileSync } from 'node:fs'

/** The HTML of the page, without a document. */
export const pageTemplate = (): string => readFileSync('dist/airlock-page.html', 'utf8')
