// airlock-cold: the program.
import { runProgram } from '../local/program.ts'
import { coldProgram } from './cli.ts'
import { harden } from './machine/harden.ts'

harden()
await runProgram(coldProgram(), process.argv.slice(2))
