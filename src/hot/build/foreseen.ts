// Who is removed from a full quorum for a newcomer: claimed in the request, looked at again before it is sent, and compared.
//
// A call that succeeds on the chain can still remove another operator than a person approved, or leave the newcomer out, and no
// simulation tells.
import { formatEther } from 'viem'
import type { Problem } from '../../shared/base/errors.ts'
import { removedName, type Removal } from '../../shared/request/claims.ts'

/** What a call would do beside what its simulation tells. */
export interface Foreseen {
  /** What a simulation does not show, and must keep the call from being sent. */
  readonly problems: readonly Problem[]
  readonly removals: readonly Removal[]
}

const who = ({ operator, stake }: Removal): string => `${removedName(operator)} with ${formatEther(stake)}`

/**
 * Who is removed now, and what of it is other than it was when the request was built.
 *
 * @param before as the request claims
 */
export function removalNotes(before: readonly Removal[], now: readonly Removal[]): readonly string[] {
  const leaving = now.map((removal) => {
    const was = before.find(({ quorum }) => quorum === removal.quorum)
    const says = `quorum ${removal.quorum} is full: ${who(removal)} leaves it for this operator`
    if (was === undefined) return `${says}; when the request was built nobody had to`
    return was.operator === removal.operator ? says : `${says}; when the request was built it was ${who(was)}`
  })
  const staying = before.filter(({ quorum }) => !now.some((each) => each.quorum === quorum))
  return [
    ...leaving,
    ...staying.map((was) => `nobody leaves quorum ${was.quorum} now; when the request was built it was ${who(was)}`),
  ]
}
