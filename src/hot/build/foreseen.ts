// Who leaves a full quorum for a newcomer: foreseen when a request is built, looked at again before it is sent, and compared.
//
// A call that succeeds on the chain can still remove another operator than a person approved, or leave the newcomer out, and no
// simulation tells. What `build` saw is in the journal of the machine that built the request.
import { formatEther } from 'viem'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import type { JournalEvent } from '../journal/journal-event.ts'

/** Who leaves one quorum. */
export interface Leaver {
  readonly quorum: number
  /** Null where the registries do not say whose the lowest stake is. */
  readonly operator: Address | null
  readonly stake: bigint
}

/** What a call would do beside what its simulation tells. */
export interface Foreseen {
  /** What a simulation does not show, and must keep the call from being sent. */
  readonly problems: readonly Problem[]
  readonly leavers: readonly Leaver[]
}

/** What was foreseen when the request was built; null where this machine's journal does not know of that. */
export function foreseenAtBuild(events: readonly JournalEvent[]): readonly Leaver[] | null {
  if (!events.some(({ what }) => what.event === 'built')) return null
  return events.flatMap(({ what }) => (what.event === 'foreseen' ? [what] : []))
}

const who = ({ operator, stake }: Leaver): string =>
  `${operator ?? 'an operator that the registries do not name'} with ${formatEther(stake)}`

/** Who leaves now, and what of it is other than it was when the request was built. */
export function leaverNotes(before: readonly Leaver[] | null, now: readonly Leaver[]): readonly string[] {
  const wasIn = (quorum: number): Leaver | undefined => before?.find((each) => each.quorum === quorum)
  const leaving = now.map((leaver) => {
    const was = wasIn(leaver.quorum)
    const says = `quorum ${leaver.quorum} is full: ${who(leaver)} leaves it for this operator`
    if (before === null) return says
    if (was === undefined) return `${says}; when the request was built nobody had to`
    return was.operator === leaver.operator ? says : `${says}; when the request was built it was ${who(was)}`
  })
  const staying = (before ?? []).filter(({ quorum }) => !now.some((each) => each.quorum === quorum))
  return [
    ...leaving,
    ...staying.map((was) => `nobody leaves quorum ${was.quorum} now; when the request was built it was ${who(was)}`),
  ]
}
