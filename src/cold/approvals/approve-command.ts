// airlock-cold approve DOCUMENT: a second person reads a document and signs its digest.
//
// validate, show, ask, unlock, sign, check, record, write: the order of `sign`. Nothing is asked before all that can be refused
// has been, no key is opened before the phrase was typed. Who counts as an approver is not judged here, but where the
// approval is used, against the policy there.
import { coldLine } from '../../shared/base/commands.ts'
import type { Command } from 'commander'
import { readDocument } from '../../local/document-file.ts'
import { checkOutput, writeWhole } from '../../local/files.ts'
import { addCommand } from '../../local/program.ts'
import { plainReader } from '../../local/scan.ts'
import { reviewText } from '../../local/screen.ts'
import { hang, labelled, print, printJson, say } from '../../local/terminal.ts'
import { approvalSection, encodeApproval, type ApprovalDocument } from '../../shared/ledger/approval.ts'
import { digestWords, documentDigest } from '../../shared/base/document.ts'
import { AirlockError, refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import { readApprovable, type Approvable } from '../signing/approvable.ts'
import { clockNow } from '../../local/clock.ts'
import { checkKeyFile, openKeyFile } from '../keystore/key-file.ts'
import { readKeystore, type Keystore } from '../keystore/keystore.ts'
import { offerCode } from '../signing/offer-code.ts'
import { Ledger, ledgerFolder } from '../ledger/ledger.ts'
import { addPasswordFlags } from '../keystore/password-flags.ts'
import { checkPasswordFiles } from '../keystore/passwords.ts'
import { askLine } from '../../local/prompt.ts'
import { ReadDocument } from '../signing/review-approval.ts'
import { signApproval } from '../signing/sign.ts'

export interface ApproveOptions {
  readonly output: string
  readonly ecdsaKeystore: string
  readonly ecdsaPasswordFile?: string
  readonly ecdsaPasswordFd?: number
  readonly ledger?: string
  readonly force?: boolean
  readonly json?: boolean
}

/** Adds `approve` to the program. */
export function addApprove(program: Command): void {
  const command = addCommand(
    program,
    'approve <document>',
    'show a document and sign that you have read and approve it',
    [
      'airlock-cold approve request.json --ecdsa-keystore alice.ecdsa.key.json \\',
      '    -o approval.json',
      'airlock-cold approve photo.jpg --ecdsa-keystore alice.ecdsa.key.json \\',
      '    -o approval.json',
    ],
  )
    .requiredOption('-o, --output <file>', 'where the approval goes')
    .requiredOption('--ecdsa-keystore <file>', 'key file of the reviewer (web3 secret storage)')
    .option('--ledger <folder>', 'the ledger of this machine (default: ~/.airlock/ledger)')
    .option('--force', 'overwrite the output file')
    .action(approve)
  addPasswordFlags(command, 'ecdsa-password', 'password of the ECDSA key')
}

const DOING = 'preparing to approve'

/** Signs the digest of a document after the person approved it. */
export async function approve(path: string, options: ApproveOptions): Promise<void> {
  const clock = clockNow()
  checkOutput(DOING, options.output, options.force === true)
  const shown = readApprovable(await readDocument('reading document', path, plainReader), clock)
  const keystore = checkedKeystore(options)
  const ledger = Ledger.openOrBegin(ledgerFolder(options.ledger))
  const sections = [...shown.sections, approvalSection(shown.subject, shown.digest)]
  say(`${reviewText(sections, shown.findings, process.stderr)}\n`)
  say(`${hang('In short: ', shown.summary)}\n`)
  if (isOwnKey(shown, keystore)) say(`${hang('note: ', OWN_KEY)}\n`)
  const read = await ReadDocument.review(shown, askLine)
  const source = { file: options.ecdsaPasswordFile, descriptor: options.ecdsaPasswordFd }
  const key = await openKeyFile(options.ecdsaKeystore, source, { flags: '--ecdsa-password' })
  try {
    if (key.kind !== 'ecdsa') {
      const seen = 'a BLS key was opened, expected an ECDSA key: the file was changed since it was looked at'
      throw refusal('approving', 'key_file_wrong_kind', seen, 'give --ecdsa-keystore the key file of the reviewer')
    }
    deliver(await signApproval(read, key), ledger, options)
  } finally {
    key.secret.fill(0)
  }
  if (options.json !== true) await offerCode(options.output)
}

/** The locked key file; all that opening it would refuse after the person has read and typed is refused here, at once. */
function checkedKeystore({ ecdsaKeystore, ecdsaPasswordFile }: ApproveOptions): Keystore | null {
  let keystore: Keystore | null = null
  refuseAll(DOING, [
    ...problemsOf(() => {
      checkKeyFile(ecdsaKeystore)
      keystore = readKeystore(ecdsaKeystore, 'ecdsa')
    }),
    ...problemsOf(() => checkPasswordFiles(ecdsaPasswordFile)),
  ])
  return keystore
}

const OWN_KEY =
  'this is the key of the operator itself. Its approval is that of no second person, and counts only where a policy lists it'

/** True where the key file says that its key is the operator's whose request this is. */
function isOwnKey({ operator }: Approvable, keystore: Keystore | null): boolean {
  const claims = keystore?.claims ?? null
  return operator !== null && claims !== null && 'address' in claims && claims.address === operator.toLowerCase()
}

function problemsOf(step: () => void): readonly Problem[] {
  try {
    step()
    return []
  } catch (error) {
    if (error instanceof AirlockError) return error.problems
    throw error
  }
}

/** Records the approval, writes it, and says what it is and what comes next. */
function deliver(approval: ApprovalDocument, ledger: Ledger, { force, json, output }: ApproveOptions): void {
  const bytes = encodeApproval(approval)
  const { approver, digest: subjectDigest, subject } = approval
  const kept = ledger.keep(bytes)
  ledger.append(() => ({ approval: kept, approver, digest: subjectDigest, event: 'approved', subject }))
  writeWhole('writing the approval', output, bytes, force === true)
  const digest = documentDigest(bytes)
  const words = digestWords(digest).join(' ')
  const subjectWords = digestWords(subjectDigest).join(' ')
  if (json === true) {
    printJson({ approval: output, digest, words, approver, subject, subjectDigest, subjectWords })
    return
  }
  print(`Approved and checked: the ${subject} with the words`)
  print(`  ${subjectWords}`)
  print(`  approver ${approver}`)
  print(`Approval ${output}`)
  print(`  SHA-256  ${digest}`)
  print(`  words    ${words}`)
  print(labelled('Show it: ', coldLine('qr', { FILE: output })))
  print('Next: carry it to the machine that asked for it.')
}
