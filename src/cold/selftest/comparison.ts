// What the check of a known answer gives: one line for each value that it compared.

/** What a check compares: a name, what the vector says, what this build gives. */
export type Comparison = readonly [what: string, expected: unknown, actual: unknown]
