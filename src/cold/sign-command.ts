// airlock-cold sign REQUEST: the ceremony's offline half, gate by gate.
//
// validate, show, approve, unlock, sign, check, write. Nothing is asked of the person before all that can be refused
// has been, no key is opened before the approval, and nothing is written before every signature has been checked.
import { checkOutput, writeWhole } from '../local/files.ts'
import { hang, print, printJson, say } from '../local/terminal.ts'
import { reviewText } from '../local/screen.ts'
import { partsAsked, type ResponsePart } from '../shared/derive.ts'
import { digestWords, documentDigest } from '../shared/document.ts'
import { AirlockError, refusal, refuseAll, type Problem } from '../shared/errors.ts'
import { encodeResponse } from '../shared/response.ts'
import { reviewSections, reviewSummary } from '../shared/review.ts'
import { clockNow, loadRequest } from './inspect-command.ts'
import { blsKey, ecdsaKey, wipe, type OpenedKeys } from './keys.ts'
import { readKeystore, type KeyKind, type Keystore } from './keystore.ts'
import { checkKeyFile } from './key-file.ts'
import { offerCode } from './offer-code.ts'
import { checkPasswordFile, passwordFor, type PasswordSource } from './passwords.ts'
import { askLine } from './prompt.ts'
import { ReviewedRequest } from './review.ts'
import { signReviewed, type SignedAndChecked } from './sign.ts'
import { unlock, type LockedKey } from './unlock.ts'
import type { ValidRequest } from './validate.ts'

export interface SignOptions {
  readonly output: string
  readonly ecdsaKeystore?: string
  readonly blsKeystore?: string
  readonly ecdsaPasswordFile?: string
  readonly blsPasswordFile?: string
  readonly ecdsaPasswordFd?: number
  readonly blsPasswordFd?: number
  readonly force?: boolean
  readonly json?: boolean
}

/** Signs a request after the person approved it. */
export async function sign(path: string, options: SignOptions): Promise<void> {
  const clock = clockNow()
  checkOutput('preparing the response', options.output, options.force === true)
  const valid = await loadRequest(path, clock)
  const keystores = neededKeystores(valid, options)
  say(`${reviewText(reviewSections(valid, clock), valid.findings, process.stderr)}\n`)
  say(`${hang('In short: ', reviewSummary(valid))}\n`)
  const reviewed = await ReviewedRequest.review(valid, askLine)
  const keys = await openKeys(keystores, options)
  try {
    deliver(valid, await signReviewed(reviewed, keys), options)
  } finally {
    wipe(keys)
  }
  if (options.json !== true) await offerCode(options.output)
}

/** The locked key files that this request needs, checked as far as that goes without a password. */
function neededKeystores(valid: ValidRequest, options: SignOptions): readonly Keystore[] {
  const { ecdsaKeystore, blsKeystore } = options
  const wantsBls = partsAsked(valid.request).includes('pubkeyRegistrationParams')
  const paths = { ecdsa: ecdsaKeystore, bls: wantsBls ? blsKeystore : undefined }
  if (blsKeystore !== undefined && !wantsBls)
    say('note: the request asks for no BLS signature; the BLS key stays closed')
  const kinds = (['ecdsa', 'bls'] as const).filter((kind) => paths[kind] !== undefined)
  if (kinds.length === 0) {
    const flags = wantsBls ? '--ecdsa-keystore FILE and --bls-keystore FILE' : '--ecdsa-keystore FILE'
    throw refusal('preparing to sign', 'key_missing', 'no key file was given that this request needs', `add ${flags}`)
  }
  const { keystores, problems } = readAll(
    kinds.map((kind) => [kind, paths[kind] ?? '']),
    options,
  )
  refuseAll('preparing to sign', [...problems, ...keystores.flatMap((keystore) => strangerProblems(valid, keystore))])
  return keystores
}

/** Reads all key files and looks at all password files, collecting what is wrong instead of stopping at the first. */
function readAll(
  files: readonly (readonly [KeyKind, string])[],
  options: SignOptions,
): { readonly keystores: readonly Keystore[]; readonly problems: readonly Problem[] } {
  const keystores: Keystore[] = []
  const problems: Problem[] = []
  const collect = (step: () => void): void => {
    try {
      step()
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error
      problems.push(...error.problems)
    }
  }
  for (const [kind, path] of files) {
    collect(() => {
      checkKeyFile(path)
      keystores.push(readKeystore(path, kind))
    })
    const { file } = passwordSource(kind, options)
    if (file !== undefined) collect(() => checkPasswordFile(file))
  }
  return { keystores, problems }
}

const passwordSource = (kind: KeyKind, options: SignOptions): PasswordSource =>
  kind === 'ecdsa'
    ? { file: options.ecdsaPasswordFile, descriptor: options.ecdsaPasswordFd }
    : { file: options.blsPasswordFile, descriptor: options.blsPasswordFd }

/** A key file that says itself that it is another operator's: known before anybody types a password. */
function strangerProblems({ request }: ValidRequest, { claims }: Keystore): readonly Problem[] {
  const { operator } = request.operation
  if (claims === null || !('address' in claims) || claims.address === operator.toLowerCase()) return []
  const message = `the ECDSA key file is that of ${claims.address}, the request names operator ${operator}`
  return [{ code: 'key_not_of_operator', message, hint: 'give --ecdsa-keystore the key file of the operator named' }]
}

async function openKeys(keystores: readonly Keystore[], options: SignOptions): Promise<OpenedKeys> {
  const locked: LockedKey[] = []
  for (const keystore of keystores) {
    const password = await passwordFor(
      keystore.kind,
      keystore.path,
      passwordSource(keystore.kind, options),
      `--${keystore.kind}-password`,
    )
    locked.push({ keystore, password })
  }
  const secrets = await unlock(locked)
  const secretOf = (kind: KeyKind): readonly [Keystore, Uint8Array] | null => {
    const index = keystores.findIndex((keystore) => keystore.kind === kind)
    const [keystore, secret] = [keystores[index], secrets[index]]
    return keystore === undefined || secret === undefined ? null : [keystore, secret]
  }
  try {
    const [ecdsa, bls] = [secretOf('ecdsa'), secretOf('bls')]
    return { ecdsa: ecdsa && ecdsaKey(...ecdsa), bls: bls && blsKey(...bls) }
  } catch (error) {
    for (const secret of secrets) secret.fill(0)
    throw error
  }
}

const partNames: Readonly<Record<ResponsePart, string>> = {
  operatorSignature: 'OperatorAVSRegistration (ECDSA)',
  pubkeyRegistrationParams: 'BN254PubkeyRegistration (BLS)',
  transactions: 'the transaction (ECDSA)',
}

/** Writes the response and says what it is and what comes next. */
function deliver({ request }: ValidRequest, { response, check }: SignedAndChecked, options: SignOptions): void {
  const bytes = encodeResponse(response)
  writeWhole('writing the response', options.output, bytes, options.force === true)
  const digest = documentDigest(bytes)
  const made = partsAsked(request).filter((part) => response[part] !== null)
  const transactions = check.transactions.map(({ hash }) => hash)
  if (options.json === true) {
    const { requestDigest } = response
    const words = digestWords(digest).join(' ')
    printJson({
      response: options.output,
      digest,
      words,
      requestDigest,
      made,
      missing: check.missing,
      transactions,
      operatorId: check.operatorId,
    })
    return
  }
  print(`Signed and checked: ${made.map((part) => partNames[part]).join(', ')}`)
  for (const hash of transactions) print(`  transaction  ${hash}`)
  if (check.operatorId !== null) print(`  operator id  ${check.operatorId}`)
  if (check.missing.length > 0)
    print(hang('Partial: ', `still missing is ${check.missing.map((part) => partNames[part]).join(', ')}`))
  print(`Response ${options.output}`)
  print(`  SHA-256  ${digest}`)
  print(`  words    ${digestWords(digest).join(' ')}`)
  print(hang('Show it: ', `airlock-cold qr ${options.output}`))
  print('Next, on the online machine:')
  print(`  airlock-hot verify REQUEST ${options.output}`)
}
