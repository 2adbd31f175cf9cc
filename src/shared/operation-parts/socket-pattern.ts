// Patterns for sockets, in a policy and in the catalogue: a glob, no regular expression.
//
// `*` stands for any characters, or none; `?` for one. Neither stands for a semicolon or a space, so that a pattern cannot
// reach over the border between two ports. All else is itself, upper and lower case apart. The time is bounded by the product
// of both lengths whatever is in them: all positions in the pattern that fit so far go forward together.

/** True when the whole socket fits the pattern. */
export function fitsPattern(pattern: string, socket: string): boolean {
  const parts = Array.from(pattern)
  let open = pastStars(parts, [0])
  for (const character of socket) {
    const wild = !/[;\s]/u.test(character)
    const next = new Set<number>()
    for (const at of open) {
      const part = parts[at]
      if (part === '*') {
        if (wild) next.add(at)
      } else if (part === character || (part === '?' && wild)) next.add(at + 1)
    }
    open = pastStars(parts, next)
  }
  return open.has(parts.length)
}

/** Positions, and those behind the stars that stand there. */
function pastStars(parts: readonly string[], positions: Iterable<number>): ReadonlySet<number> {
  const open = new Set<number>()
  for (let at of positions) {
    open.add(at)
    while (parts[at] === '*') open.add(++at)
  }
  return open
}
