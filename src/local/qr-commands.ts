// The two commands about codes, alike in both programs but for what comes next.
import type { Command } from 'commander'
import { LEAST_VERSION } from '../shared/qr/document-codes.ts'
import { wholeArgument } from './arguments.ts'
import { SPEED } from './code-viewer.ts'
import { addCommand } from './program.ts'
import type { PictureReader } from './scan.ts'
import { scan, type NextCommand, type ScanOptions } from './scan-command.ts'
import { showCodes } from './show-codes.ts'

/**
 * Adds `qr` and `scan` to a program.
 *
 * @param program airlock-hot or airlock-cold
 * @param read finds the codes in a picture
 * @param next the command to type after a scan
 */
export function addQrCommands(program: Command, read: PictureReader, next: NextCommand): void {
  const name = program.name()
  addCommand(program, 'qr <file>', 'show a request, a response or an approval as QR codes', [
    `${name} qr request.json`,
    `${name} qr request.json --png codes/`,
    `${name} qr response.json --html response.html`,
    `${name} qr request.json --json`,
  ])
    .option('--png <folder>', 'write a picture of each code there')
    .option('--html <file>', 'write a page that shows the codes in any browser')
    .option(
      '--density <version>',
      'densest QR version, 4 to 40 (default: 15, parts 12)',
      wholeArgument(LEAST_VERSION, 40),
    )
    .option('--speed <n>', 'codes a second (default: 8)', wholeArgument(SPEED.least, SPEED.most))
    .option('--force', 'overwrite files')
    .action(showCodes)

  addCommand(program, 'scan <pictures...>', 'read a request, a response or an approval from its QR codes', [
    `${name} scan photo.jpg -o request.json`,
    `${name} scan codes/ -o response.json`,
    `zbarcam --raw | ${name} scan - -o request.json`,
    `${name} scan - -o request.json   (a USB scanner that types, or paste)`,
  ])
    .requiredOption('-o, --output <file>', 'where the document goes')
    .option('--force', 'overwrite the output file')
    .action((paths: string[], options: ScanOptions) => scan(paths, options, read, next))
}
