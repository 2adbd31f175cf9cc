// This machine's clock against the times in the ledger: it may stand still, and never go back.
//
// A second or so is what setting a clock, or a leap second, takes back: waiting helps. More than that is a clock that is wrong now, or
// was wrong when an entry was written; expiries cannot be judged by it.
import type { Problem } from '../../shared/base/errors.ts'
import type { UnixSeconds } from '../../shared/base/fields.ts'
import { duration, utc } from '../../shared/base/units.ts'
import { SET_CLOCK } from '../machine/clock-checks.ts'
import type { Ledger } from './ledger.ts'
import type { LedgerState } from './ledger-state.ts'
import { settleCommand } from './ledger-words.ts'

/** So many seconds a person waits. */
const A_MOMENT = 60

/** A clock that shows less than an entry of the ledger: it went backwards. */
export function clockProblems(ledger: Ledger, { timed }: Pick<LedgerState, 'timed'>, clock: UnixSeconds): Problem[] {
  const ahead = timed.filter(({ time }) => time > clock)
  const last = ahead.at(-1)
  if (last === undefined) return []
  const latest = ahead.reduce((found, entry) => (entry.time > found.time ? entry : found), last)
  const back = latest.time - clock
  const message = `this machine's clock says ${utc(clock)}, ${duration(back)} before entry ${latest.entry} of the ledger (${utc(latest.time)})`
  if (back <= A_MOMENT) {
    const hint = `the clock was set back a little: wait ${duration(back)}, and type the same command again`
    return [{ code: 'ledger_clock_backwards', message, hint }]
  }
  // All times up to there are taken back at once; an entry that signed nothing frees nothing else.
  const upTo = timed.find(({ body, entry }) => entry >= last.entry && body?.event !== 'signed') ?? last
  const settle = settleCommand(ledger, [upTo.entry], 'the clock was wrong')
  const hint = `${SET_CLOCK}; where it is right, and was wrong at that entry: ${settle}`
  return [{ code: 'ledger_clock_backwards', message, hint }]
}
