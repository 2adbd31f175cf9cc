// Values of the command line that both programs take.
import { InvalidArgumentError } from 'commander'

/** A whole number within bounds. */
export const wholeArgument =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
    return value >= least && value <= most ? value : invalid(least, most)
  }

function invalid(least: number, most: number): never {
  throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`)
}
