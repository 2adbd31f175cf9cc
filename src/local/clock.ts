// This machine's clock, which may be wrong: what it says is compared with the request's block, and offline with the ledger.
import type { UnixSeconds } from '../shared/base/fields.ts'

/** This machine's clock, in seconds. */
export const clockNow = (): UnixSeconds => Math.floor(Date.now() / 1000) as UnixSeconds
