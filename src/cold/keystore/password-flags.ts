// The two flags of a password that does not have to be typed: --NAME-file and --NAME-fd. No flag takes its value.
import type { Command } from 'commander'
import { wholeArgument } from '../../local/arguments.ts'

/**
 * Adds the flags of one password.
 *
 * @param name as in --NAME-file: "password", "new-password", "ecdsa-password"
 * @param what it opens or closes, for --help: "password of the key file"
 */
export function addPasswordFlags(command: Command, name: string, what: string): Command {
  return command
    .option(`--${name}-file <file>`, `${what}, else asked for`)
    .option(`--${name}-fd <n>`, 'file descriptor to read it from', wholeArgument(0, 255))
}
