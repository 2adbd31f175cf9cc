// This machine's clock, and its source of randomness.
//
// The clock is compared with the block of the request, where there is one, and with the month in which this source was
// written: a clock before that is wrong, whatever anybody says (a battery that is empty gives 1970 or the year of the
// mainboard). The kernel's randomness: its own estimate, and one byte of /dev/random, which a kernel that has gathered
// too little does not give.
import type { UnixSeconds } from '../../shared/base/fields.ts'
import { duration, utc } from '../../shared/base/units.ts'
import { ok, problem, unknown, warn, type Check } from './check.ts'
import { systemFiles } from './system-files.ts'

/** No clock that is right shows less. Moved on with each release. */
export const NOT_BEFORE = (Date.UTC(2026, 10, 1) / 1000) as UnixSeconds

/** As for the finding clock_behind. */
const TOLERANCE = 15 * 60
/** What to do where the clock is wrong. */
export const SET_CLOCK = 'set the clock, in UTC: `sudo date -u -s "YYYY-MM-DD HH:MM:SS"`'

/**
 * The clock against the time of the request's block.
 *
 * @param block null without a request
 */
export function clockCheck(clock: UnixSeconds, block: UnixSeconds | null): Check {
  const shows = `it shows ${utc(clock)}`
  if (clock < NOT_BEFORE) {
    const message = `the clock ${shows.slice(3)}, before this program was written (${utc(NOT_BEFORE).slice(0, 10)})`
    return problem('clock', { code: 'clock_wrong', message, hint: SET_CLOCK })
  }
  if (block === null) return ok('clock', `${shows}; compare it with a watch`)
  if (clock < block - TOLERANCE)
    return warn('clock', `${shows}, ${duration(block - clock)} before the block of the request`, SET_CLOCK)
  const apart = clock < block ? `${duration(block - clock)} before` : `${duration(clock - block)} after`
  return ok('clock', `${shows}, ${apart} the block of the request`)
}

/** Bits that the kernel's pool holds when it is initialised; newer kernels stay at 256. */
const ENTROPY_WANTED = 256

/** Whether the kernel's randomness can be used. */
export function entropyCheck(root = '/'): Check {
  const files = systemFiles(root)
  const estimate = files.word('proc/sys/kernel/random/entropy_avail')
  const hint = 'type on the keyboard and move the mouse for a minute, then look again'
  if (estimate === null || !/^\d+$/.test(estimate)) {
    return unknown('randomness', 'this system does not say how much it has gathered', 'mix in dice when you make keys')
  }
  const bits = Number(estimate)
  if (bits >= ENTROPY_WANTED) return ok('randomness', `the kernel has gathered enough (${bits} bits)`)
  const message = `the kernel estimates ${bits} bits of randomness, expected ${ENTROPY_WANTED}`
  // Kernels before 5.18 count down what was drawn, and are well as long as they give a byte.
  if (files.givesByte('dev/random')) return warn('randomness', message, hint)
  return problem('randomness', { code: 'entropy_missing', message: `${message}, and gives none`, hint })
}
