// Every refusal that the real contracts gave on a local chain, through the decoder that `build` and `send` use.
//
// The answers are vectors/reverts.json; the name that each must get stands beside it, as it was decoded when it was recorded. A
// receipt carries no reason, so the few that were mined have nothing to decode: the decoder must say that no reason was given.
import { explainRevert, type RevertExplanation } from '../../src/hot/verify/reverts.ts'
import vectors from '../../vectors/reverts.json' with { type: 'json' }
import type { Screens } from './screens.ts'

/** Decodes all; one line for each contract. Throws with the name of each case that is decoded otherwise. Gives their number. */
export function recordedReverts(screens: Screens): number {
  for (const contract of new Set(vectors.cases.map(({ note }) => note))) {
    const cases = vectors.cases.filter(({ note }) => note === contract)
    screens.heading(`The refusals of ${contract}`)
    const wrong = cases.filter((one) => decoded(one) !== nameOf(one))
    for (const one of wrong) console.log(`   ${one.case}: ${decoded(one)}, not ${nameOf(one)}`)
    screens.result(`${contract} ${cases.length - wrong.length} of ${cases.length} decoded`)
    if (wrong.length > 0) throw new Error(`decoded wrongly: ${wrong.map((one) => one.case).join(', ')}`)
  }
  screens.heading('The errors that the contracts declare')
  const wrong = vectors.errors.filter(({ selector, error }) => explainRevert(selector as `0x${string}`).name !== error)
  screens.result(`${vectors.errors.length - wrong.length} of ${vectors.errors.length} known by their selectors`)
  if (wrong.length > 0) throw new Error(`unknown: ${wrong.map(({ error }) => error).join(', ')}`)
  return vectors.cases.length
}

type Recorded = (typeof vectors.cases)[number]

const NO_REASON = '(empty revert data)'

/** The name that the case says. */
const nameOf = ({ revertData, decoded: name }: Recorded): string => (revertData === null ? NO_REASON : name)

const decoded = ({ revertData }: Recorded): string => spelled(explainRevert((revertData ?? '0x') as `0x${string}`))

/** As the cases write a name: values in place of the types, without inner brackets. */
function spelled({ name, arguments: values }: RevertExplanation): string {
  if (values.length === 0) return name
  return `${name.slice(0, name.indexOf('('))}(${values.join(',').replaceAll(/[() ]/g, '')})`
}

/** True for what a contract of EigenLayer, or of a known AVS, is recorded or declared to say. */
export const isKnownAnswer = (name: string): boolean =>
  vectors.cases.some((one) => nameOf(one) === name) || vectors.errors.some(({ error }) => error === name)
