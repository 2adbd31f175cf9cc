// airlock-hot: the program.
import { runProgram } from '../local/program.ts'
import { hotProgram } from './cli.ts'
import { withSettings } from './settings-flags.ts'

await runProgram(hotProgram(), process.argv.slice(2), withSettings)
