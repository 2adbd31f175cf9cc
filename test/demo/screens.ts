// What the demo of all operations prints: headings and results, and the programs' own screens where --verbose asks for them.
//
// 80 columns. A heading stands before its work begins, so that whoever waits sees what for.
import { runProcess, type Ended, type ProgramName } from '../support/programs.ts'

const WIDTH = 80

export class Screens {
  readonly verbose: boolean
  /** The last heading: what fails, fails by this name. */
  current = 'setting up'

  constructor(verbose: boolean) {
    this.verbose = verbose
  }

  heading(title: string): void {
    this.current = title
    console.log(title.slice(0, WIDTH))
  }

  /** What came of it; goes on below where it is too long for a line. */
  result(text: string): void {
    let line = '  '
    for (const word of text.split(' ')) {
      if (line.length + word.length >= WIDTH) {
        console.log(line)
        line = '          '
      }
      line += ` ${word}`
    }
    console.log(line)
  }

  /** A program's screen, with --verbose only. */
  show(screen: string): void {
    if (this.verbose) process.stdout.write(`${screen.replace(/\r\n/g, '\n').trimEnd()}\n\n`)
  }

  /** Runs a program, which must end with 0. Throws with what it said where it does not. */
  async run(name: ProgramName, args: readonly string[]): Promise<Ended> {
    const ended = await runProcess(name, args)
    if (this.verbose) console.log(`$ ${name} ${args.slice(0, 2).join(' ')}`)
    this.show(ended.stdout + ended.stderr)
    if (ended.exitCode === 0) return ended
    throw new Error(`${name} ${args[0] ?? ''} ended with exit code ${ended.exitCode}:\n${ended.stderr}`)
  }
}
