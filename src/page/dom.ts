// The elements of the page by their ids, and the few things that every part of the page does with them.
//
// Text reaches the page as textContent only: nothing here or elsewhere makes markup from a string.
import { AirlockError } from '../shared/base/errors.ts'

/**
 * The element with this id.
 *
 * @throws Error when the template has none of that kind: a fault of the page itself
 */
export function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} called ${id}`)
  return found
}

/** Shows a text in an element, or hides the element where there is none. */
export function say(at: HTMLElement, text: string | null): void {
  if (at.textContent !== (text ?? '')) at.textContent = text
  at.hidden = text === null || text === ''
}

/** Says something to a screen reader; the same is on the screen already. */
export function announce(text: string): void {
  element('announce', HTMLElement).textContent = text
}

/** Shows the words of a digest, one item each. */
export function listWords(at: HTMLElement, words: readonly string[]): void {
  at.replaceChildren(
    ...words.map((word) => {
      const item = document.createElement('li')
      item.textContent = word
      return item
    }),
  )
}

/** Shows why something was refused: each problem as its sentence with its code, then its hint. */
export function showProblems(at: HTMLElement, error: unknown): void {
  at.replaceChildren(
    ...problemLines(error).map((line) => {
      const paragraph = document.createElement('p')
      paragraph.textContent = line
      return paragraph
    }),
  )
  at.hidden = false
}

function problemLines(error: unknown): readonly string[] {
  if (!(error instanceof AirlockError)) return [error instanceof Error ? error.message : 'unknown fault (internal)']
  const hints = new Set(error.problems.flatMap(({ hint }) => hint ?? []))
  const sentences = error.problems.map(({ code, message }) => `${error.doing}: ${message} (${code})`)
  return [...sentences, ...Array.from(hints, (hint) => `hint: ${hint}`)]
}
