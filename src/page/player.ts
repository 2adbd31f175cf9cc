// Which code is shown when: the round of a document, held or running, without anything of a browser.
import type { DocumentCodes } from '../shared/qr/document-codes.ts'

/** Codes a second: the range, and what is shown first (docs/page.md). */
export const speeds = { least: 2, most: 15, first: 8 } as const

/** The turn of codes. */
export class Player {
  readonly #codes: DocumentCodes
  #index = 0
  #due = 0
  isHeld: boolean
  #speed: number

  constructor(codes: DocumentCodes, speed: number, isHeld: boolean) {
    this.#codes = codes
    this.#speed = speed
    this.isHeld = isHeld
  }

  /** The number of the code to show. */
  get number(): number {
    return this.#codes.round[this.#index] ?? 1
  }

  /** Codes a second, kept within the range. */
  set speed(speed: number) {
    this.#speed = Math.min(speeds.most, Math.max(speeds.least, speed))
  }

  /** True while codes change by themselves. */
  get isRunning(): boolean {
    return !this.isHeld && this.#codes.round.length > 1
  }

  /** Goes on or back by some codes, around the ends. */
  step(by: number): void {
    const { length } = this.#codes.round
    this.#index = (this.#index + by + length) % length
  }

  /**
   * Goes on when it is time.
   *
   * @param now milliseconds of any clock that only goes forward
   * @returns whether another code is to be shown
   */
  tick(now: number): boolean {
    if (!this.isRunning || now < this.#due) return false
    const pause = 1000 / this.#speed
    // After a long wait (another tab) it goes on from now, and does not make up for what was missed.
    this.#due = now - this.#due > pause ? now + pause : this.#due + pause
    this.step(1)
    return true
  }

  /** The counter under the code. */
  get label(): string {
    const { count } = this.#codes
    if (count === 1) return 'One code: it stands still.'
    if (this.number <= count) return `Part ${this.number} of ${count}`
    return `Part ${this.number}, a mixture; any ${count} different ones are enough`
  }
}
