// airlock-hot break-glass: what sealed responses are, and with their passphrase the documents inside.
//
// No key is in them: signed transactions and the bundle that they answer. They are checked like any others when they are sent.
import { hotLine } from '../shared/base/commands.ts'
import { join } from 'node:path'
import { NoSuchFile, openWithPassphrase, WrongPassphrase } from '../local/age-passphrase.ts'
import { askPassword } from '../local/prompt.ts'
import { clockNow } from '../local/clock.ts'
import { checkOutput, ensureFolder, readBounded, readDescriptor, writeWhole } from '../local/files.ts'
import { hang, labelled, print, printJson } from '../local/terminal.ts'
import { MAX_BUNDLE_BYTES } from '../shared/request/bundle.ts'
import { refusal } from '../shared/base/errors.ts'
import type { UnixSeconds } from '../shared/base/fields.ts'
import { decodeSealedContent, decodeSealedResponses, type SealedResponses } from '../shared/request/sealed-responses.ts'
import { duration, grouped, utc } from '../shared/base/units.ts'

export interface BreakGlassOptions {
  readonly output?: string
  readonly passphraseFd?: number
  readonly force?: boolean
  readonly json?: boolean
}

const DOING = 'breaking the glass'

/** Shows the label of sealed responses; with --output also opens them. */
export async function breakGlass(path: string, options: BreakGlassOptions): Promise<void> {
  const sealed = decodeSealedResponses(DOING, readBounded(DOING, path, 4 * MAX_BUNDLE_BYTES))
  const now = clockNow()
  if (options.json !== true) for (const line of label(sealed, now)) print(line)
  if (options.output === undefined) {
    if (options.json === true) printJson({ ...sealed, age: undefined, expired: sealed.validUntil <= now })
    return
  }
  const files = { bundle: join(options.output, 'bundle.json'), responses: join(options.output, 'responses.json') }
  ensureFolder(DOING, options.output)
  for (const file of Object.values(files)) checkOutput(DOING, file, options.force === true)
  const inside = decodeSealedContent(DOING, await opened(sealed, options))
  writeWhole(DOING, files.bundle, inside.bundle, options.force === true)
  writeWhole(DOING, files.responses, inside.responses, options.force === true)
  if (options.json === true) printJson({ ...sealed, age: undefined, expired: sealed.validUntil <= now, written: files })
  else print(labelled('Next: ', hotLine('send', { REQUEST: files.bundle, RESPONSE: files.responses, '--only': 1 })))
}

function label({ bundle, operations, validUntil }: SealedResponses, now: UnixSeconds): readonly string[] {
  const when =
    validUntil > now ? `in ${duration(validUntil - now)}` : `${duration(now - validUntil)} ago: NO LONGER WHOLE`
  return [
    'Signed in advance, and closed with a passphrase. What the label says:',
    `  bundle       ${bundle}`,
    `  valid until  ${utc(validUntil)}, ${when}`,
    ...operations.map(({ chainId, kind, nonce, operator, validUntil: until }, index) => {
      const what = `${kind} of ${operator} on chain ${chainId}, nonce ${nonce === null ? 'none' : grouped(nonce)}`
      return hang(`  ${index + 1}  `, `${what}, until ${utc(until)}`)
    }),
    hang('Note: ', 'each is void as soon as its nonce is used by another transaction of its sender'),
  ]
}

async function opened({ age }: SealedResponses, options: BreakGlassOptions): Promise<Uint8Array> {
  const passphrase =
    options.passphraseFd === undefined
      ? await askPassword('Passphrase of the sealed responses: ', '--passphrase-fd')
      : fromDescriptor(options.passphraseFd)
  try {
    return await openWithPassphrase(new TextEncoder().encode(age), passphrase)
  } catch (error) {
    if (error instanceof WrongPassphrase)
      throw refusal(DOING, 'password_wrong', 'the passphrase does not open it', 'type the passphrase again')
    if (error instanceof NoSuchFile)
      throw refusal(DOING, 'field_invalid', `what is sealed is no age file: ${error.message}`, 'copy the file again')
    throw error
  } finally {
    passphrase.fill(0)
  }
}

const MAX_PASSPHRASE = 4096

/** One line from a file descriptor, without its end. */
function fromDescriptor(descriptor: number): Uint8Array {
  const bytes = readDescriptor(DOING, descriptor, MAX_PASSPHRASE)
  const end = bytes.findIndex((byte) => byte === 10 || byte === 13)
  const line = end === -1 ? Uint8Array.from(bytes) : bytes.slice(0, end)
  bytes.fill(0)
  return line
}
