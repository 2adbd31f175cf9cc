// What was asked of one node: counted for the summary of --verbose, and held to --rps.
import { hang } from '../../local/terminal.ts'
import { grouped } from '../../shared/base/units.ts'
import type { Pace } from './retry.ts'

/** Counts the requests to one node, and spaces them out. */
export class Traffic {
  readonly #pace: Pace
  /** Milliseconds between the beginnings of two requests. */
  readonly #gap: number
  #next = -Infinity
  #milliseconds = 0
  #slowest = 0
  requests = 0
  retries = 0
  splits = 0
  sent = 0
  received = 0

  /** @param rps requests a second at most; undefined for as many as there are */
  constructor(pace: Pace, rps: number | undefined) {
    this.#pace = pace
    this.#gap = rps === undefined ? 0 : 1000 / rps
  }

  /** Waits until the next request may begin. */
  async turn(): Promise<void> {
    const now = this.#pace.now()
    const at = Math.max(now, this.#next)
    this.#next = at + this.#gap
    if (at > now) await this.#pace.sleep(at - now)
  }

  /** Counts one request and the time that it takes, however it ends. */
  async timed<T>(bytes: number, request: () => Promise<T>): Promise<T> {
    this.requests += 1
    this.sent += bytes
    const begun = this.#pace.now()
    try {
      return await request()
    } finally {
      const took = this.#pace.now() - begun
      this.#milliseconds += took
      this.#slowest = Math.max(this.#slowest, took)
    }
  }

  /** The summary, for people: one node, at most 80 columns. */
  summary(host: string): string {
    const counts =
      `${grouped(this.requests)} HTTP requests, ${grouped(this.retries)} retries, ${grouped(this.splits)} splits, ` +
      `${grouped(this.sent)} bytes sent, ${grouped(this.received)} received, ` +
      `${seconds(this.#milliseconds)}, the slowest ${seconds(this.#slowest)}`
    return hang(`${host}: `, counts)
  }
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`
