// Valid statements for tests, spelled by hand.

export type StatementJson = {
  airlock: string
  entry: number
  entryHash: string
  ledger: string
  reason: string
  statement: string
}

/** Somebody froze a ledger by its twelfth entry, and asks for the freeze to be lifted. */
export const unfreeze: StatementJson = {
  airlock: 'statement/1',
  entry: 12,
  entryHash: '5f3a'.repeat(16),
  ledger: '0123456789abcdef',
  reason: 'lost key was found, ticket 4711',
  statement: 'unfreeze',
}
