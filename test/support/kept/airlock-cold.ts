// The offline program, kept running (driver.ts).
import { coldProgram } from '../../../src/cold/cli.ts'
import { harden } from '../../../src/cold/machine/harden.ts'
import { runProgram } from '../../../src/local/program.ts'
import { keep } from './driver.ts'

harden()
keep((args) => runProgram(coldProgram(), args))
