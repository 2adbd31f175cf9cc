// airlock-cold keys export: the public half of a BLS key for the other machine, bound to the operator by both keys.
import { hotLine } from '../../shared/base/commands.ts'
import { checkOutput, writeWhole } from '../../local/files.ts'
import { hang, print, printJson } from '../../local/terminal.ts'
import { refusal } from '../../shared/base/errors.ts'
import { encodePublicKey, type PublicKeyDocument } from '../../shared/request/public-key.ts'
import { factLines, publicLines } from './key-facts.ts'
import { openKeyFile } from '../keystore/key-file.ts'
import { publicHalf } from './key-index.ts'
import { signStatement } from '../signing/sign.ts'

export interface ExportOptions {
  readonly ecdsaKeystore: string
  readonly blsKeystore: string
  readonly ecdsaPasswordFile?: string
  readonly ecdsaPasswordFd?: number
  readonly blsPasswordFile?: string
  readonly blsPasswordFd?: number
  readonly output: string
  readonly force?: boolean
  readonly json?: boolean
}

/** Writes the public half with its statement. */
export async function exportKey(options: ExportOptions): Promise<void> {
  const doing = 'exporting the public key'
  checkOutput(doing, options.output, options.force === true)
  const ecdsaSource = { file: options.ecdsaPasswordFile, descriptor: options.ecdsaPasswordFd }
  const ecdsa = await openKeyFile(options.ecdsaKeystore, ecdsaSource, { flags: '--ecdsa-password' })
  try {
    const blsSource = { file: options.blsPasswordFile, descriptor: options.blsPasswordFd }
    const bls = await openKeyFile(options.blsKeystore, blsSource, { flags: '--bls-password' })
    try {
      if (ecdsa.kind !== 'ecdsa' || bls.kind !== 'bls') {
        const seen = `an ${ecdsa.kind} and a ${bls.kind} key were given, expected an ecdsa and a bls key`
        throw refusal(doing, 'key_file_wrong_kind', seen, 'give each key file to its own flag')
      }
      const document = await signStatement(ecdsa, bls)
      writeWhole(doing, options.output, encodePublicKey(document), options.force === true)
      tell(document, publicLines(publicHalf(bls)), options)
    } finally {
      bls.secret.fill(0)
    }
  } finally {
    ecdsa.secret.fill(0)
  }
}

function tell(document: PublicKeyDocument, lines: readonly string[], { output, json }: ExportOptions): void {
  const { operator, operatorId, publicKeyG1, publicKeyG2 } = document
  if (json === true) {
    printJson({ file: output, operator, operatorId, publicKeyG1, publicKeyG2 })
    return
  }
  print(hang('', `Public key ${output}: it holds no secret, and both keys signed that they belong together`))
  for (const line of [...factLines('operator', operator), ...lines]) print(line)
  print('Next, on the online machine:')
  print(`  ${hotLine('public-key', { FILE: output })}`)
}
