// The first words of a body that refuses, for a sentence: what a gateway or a provider has to say is often the only cause there is.
//
// Of JSON its message, of a web page what a person would read; quoted, cut, and without what is secret.
import { quote } from '../../shared/base/quote.ts'

const MOST = 120
/** A web page that says nothing in its first part is not searched to its end. */
const PART = 8 * 1024

/**
 * The first words of a body.
 *
 * @param hide takes out what is secret
 * @returns null where there are none
 */
export function firstWords(text: string, hide: (text: string) => string): string | null {
  const said = hide(
    messageOf(text) ??
      hide(text)
        .slice(0, PART)
        .replace(/<(script|style|head)\b[^]*?<\/\1>|<[^>]*>/gi, ' '),
  )
  const words = said.replace(/\s+/g, ' ').trim()
  return words === '' ? null : quote(words, MOST)
}

/** The sentence in a JSON body, wherever the usual ones have it. */
function messageOf(text: string): string | null {
  try {
    return sentenceIn(JSON.parse(text))
  } catch {
    return null
  }
}

function sentenceIn(json: unknown): string | null {
  if (typeof json === 'string') return json
  if (Array.isArray(json)) return sentenceIn(json[0])
  if (typeof json !== 'object' || json === null) return null
  const { error, message, detail } = json as {
    readonly error?: unknown
    readonly message?: unknown
    readonly detail?: unknown
  }
  return sentenceIn(message) ?? sentenceIn(error) ?? sentenceIn(detail)
}
