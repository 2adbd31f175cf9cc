// One thing that doctor looked at, and what it says: a word, a sentence, and what to do about it.
//
// ok: as a ceremony wants it. warning: worth a change, and a ceremony is possible. problem: no ceremony before it is
// mended; it has the code word of a refusal. unknown: this system does not tell, and nothing is assumed.
import type { Code } from '../../shared/base/error-codes.ts'
import type { Problem } from '../../shared/base/errors.ts'

export type Check =
  | { readonly name: string; readonly says: 'ok'; readonly message: string }
  | { readonly name: string; readonly says: 'warning' | 'unknown'; readonly message: string; readonly hint: string }
  | {
      readonly name: string
      readonly says: 'problem'
      readonly code: Code
      readonly message: string
      readonly hint?: string | undefined
    }

/** As a ceremony wants it. */
export const ok = (name: string, message: string): Check => ({ name, says: 'ok', message })

/** Worth a change. */
export const warn = (name: string, message: string, hint: string): Check => ({ name, says: 'warning', message, hint })

/** What this system does not tell. */
export const unknown = (name: string, message: string, hint: string): Check => ({
  name,
  says: 'unknown',
  message,
  hint,
})

/** What is wrong, with the code word and the hint that a refusal of it has. */
export const problem = (name: string, { code, message, hint }: Problem): Check => ({
  name,
  says: 'problem',
  code,
  message,
  hint,
})
