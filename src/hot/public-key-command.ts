// airlock-hot public-key FILE: the public half of a BLS key, as the offline machine exported it, checked.
import { readDocument } from '../local/document-file.ts'
import { print, printJson } from '../local/terminal.ts'
import { decodePublicKey } from '../shared/request/public-key.ts'
import { zxingReader } from './scan/zxing.ts'

/** Shows a public key after both signatures of its statement were checked. */
export async function publicKey(path: string, options: { readonly json?: boolean }): Promise<void> {
  const doing = 'reading the public key'
  const { operator, operatorId, publicKeyG1, publicKeyG2 } = await decodePublicKey(
    doing,
    await readDocument(doing, path, zxingReader),
  )
  if (options.json === true) {
    printJson({ operator, operatorId, publicKeyG1, publicKeyG2 })
    return
  }
  print('Both keys signed that they belong together, and both points have one secret.')
  print(`  operator     ${operator}`)
  print(`  operator id  ${operatorId}`)
  publicKeyG1.forEach((part, index) => print(`  ${index === 0 ? 'G1' : '  '}           ${part}`))
  publicKeyG2.flat().forEach((part, index) => print(`  ${index === 0 ? 'G2' : '  '}           ${part}`))
}
