// How either program refuses: problems, each with a code word (error-codes.ts), a sentence and a hint.
//
// A problem carries its own sentence (doing what, saw what, expected what) and a hint with the next command; a hostile
// string appears in it only through quote().
import { codes, exitCodes, type Code } from './error-codes.ts'

/** One thing that is wrong. */
export interface Problem {
  readonly code: Code
  /** One sentence: what was seen, what was expected. No secret, and no raw text from the other machine. */
  readonly message: string
  /** What to type or check next. */
  readonly hint?: string
}

/**
 * A refusal: every problem found in one pass, never only the first, because each extra trip across the gap costs an
 * operator ten minutes.
 */
export class AirlockError extends Error {
  readonly doing: string
  readonly problems: readonly [Problem, ...Problem[]]

  /**
   * @param doing what the program was doing, as in "checking request"
   * @param problems what is wrong; the first decides the exit code
   */
  constructor(doing: string, problems: readonly [Problem, ...Problem[]]) {
    super(problems.map((problem) => `${doing}: ${problem.message} (${problem.code})`).join('\n'))
    this.name = 'AirlockError'
    this.doing = doing
    this.problems = problems
  }

  /** The stable code word of the first problem. */
  get code(): Code {
    return this.problems[0].code
  }

  /** The process exit code, by the table. */
  get exitCode(): number {
    return exitCodes[codes[this.code]]
  }
}

/**
 * Makes the refusal for one problem.
 *
 * @param doing what the program was doing
 * @param code the code word
 * @param message what was seen and what was expected
 * @param hint what to do next
 */
export function refusal(doing: string, code: Code, message: string, hint?: string): AirlockError {
  return new AirlockError(doing, [hint === undefined ? { code, message } : { code, message, hint }])
}

/**
 * Refuses with all problems at once, or returns.
 *
 * @throws AirlockError when the list is not empty
 */
export function refuseAll(doing: string, problems: readonly Problem[]): void {
  const [first, ...rest] = problems
  if (first !== undefined) throw new AirlockError(doing, [first, ...rest])
}
