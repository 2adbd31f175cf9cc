// ECDSA keys from a seed: BIP-32 on secp256k1, by @scure/bip32, at the paths of BIP-44.
//
// m/44'/60'/0'/0/i is what eigenlayer-cli (i = 0), geth's tools, cast and most wallets take. Any other path is taken as
// it is written: m, then numbers below 2^31, each with or without ' for hardened. Refused: h or H for ', numbers with a
// leading zero, and more than ten levels. All keys on the way are wiped.
import { HDKey } from '@scure/bip32'
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'

const PATH = /^m(\/(0|[1-9][0-9]{0,9})'?){1,10}$/
const HARDENED = 2 ** 31

/**
 * The path of BIP-44 for the address of a number.
 *
 * @param index 0 to 2^31 - 1
 */
export const ecdsaPath = (index: number): string => `m/44'/60'/0'/0/${index}`

/**
 * The secret at a path.
 *
 * @param seed 16 to 64 bytes, as BIP-39 gives 64; the caller wipes it
 * @returns 32 bytes big-endian, which the caller wipes
 * @throws AirlockError derivation_path_invalid
 */
export function deriveEcdsa(seed: Uint8Array, path: string): Uint8Array {
  let node = HDKey.fromMasterSeed(seed)
  try {
    for (const index of ecdsaIndices(path)) {
      const child = node.deriveChild(index)
      node.wipePrivateData()
      node = child
    }
    if (node.privateKey === null) throw new Error('a node derived from a seed has a private key')
    return node.privateKey.slice()
  } finally {
    node.wipePrivateData()
  }
}

/** The numbers of a path, those of hardened levels 2^31 and above. */
function ecdsaIndices(path: string): readonly number[] {
  const fault = (what: string): Error =>
    refusal('deriving ECDSA key', 'derivation_path_invalid', `the path ${quote(path)} ${what}`, `write ${ecdsaPath(0)}`)
  if (!PATH.test(path)) throw fault("is not m followed by numbers, each after a slash, with ' where hardened")
  return path
    .split('/')
    .slice(1)
    .map((level) => {
      const index = Number(level.replace("'", ''))
      if (index >= HARDENED) throw fault('has a number that is not below 2147483648')
      return level.endsWith("'") ? index + HARDENED : index
    })
}
