// The online program, kept running (driver.ts).
import { hotProgram } from '../../../src/hot/cli.ts'
import { withSettings } from '../../../src/hot/settings-flags.ts'
import { runProgram } from '../../../src/local/program.ts'
import { keep } from './driver.ts'

keep((args) => runProgram(hotProgram(), args, withSettings))
