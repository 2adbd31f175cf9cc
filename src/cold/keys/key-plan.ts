// What `keys new` will make, decided before anything is asked: names, files, paths in the tree, labels.
//
// File names and folder are those of eigenlayer-cli: NAME.ecdsa.key.json and NAME.bls.key.json in ~/.eigenlayer/
// operator_keys. A BLS key is for one AVS, and its name says which: NAME-AVS.bls.key.json. Several keys are numbered.
import { refusal } from '../../shared/base/errors.ts'
import { ecdsaPath } from '../mnemonic/derive-ecdsa.ts'
import { checkName, keyFileName } from './key-folder.ts'
import type { KeyFormat, KeyKind } from '../keystore/keystore-formats.ts'

/** The words of one mnemonic make no more keys than this, unless told otherwise. */
export const MOST_KEYS = 200

/** One key that will be made. */
export interface PlannedKey {
  readonly kind: KeyKind
  readonly format: KeyFormat
  readonly label: string
  readonly avs: string | null
  /** In the folder. */
  readonly file: string
  readonly path: string
}

export interface KeyWish {
  readonly name: string
  readonly ecdsa?: boolean
  readonly bls?: boolean
  readonly avs?: string
  readonly blsFormat: KeyFormat
  readonly count: number
  readonly most: number
}

const DOING = 'planning new keys'

/**
 * The keys of a wish.
 *
 * @throws AirlockError usage, too_many_keys
 */
export function planKeys(wish: KeyWish): readonly PlannedKey[] {
  checkWish(wish)
  const width = String(wish.count).length
  return Array.from({ length: wish.count }, (_, index) => {
    const label = wish.count === 1 ? wish.name : `${wish.name}-${String(index + 1).padStart(width, '0')}`
    return [
      ...(wish.ecdsa === true ? [ecdsaPlan(label, index)] : []),
      ...(wish.bls === true ? [blsPlan(wish, label, index)] : []),
    ]
  }).flat()
}

function checkWish({ avs, bls, count, ecdsa, most, name }: KeyWish): void {
  checkName('name', name)
  if (avs !== undefined) checkName('AVS', avs)
  if (ecdsa !== true && bls !== true) {
    throw refusal(DOING, 'usage', 'no kind of key was named', 'add --ecdsa, --bls, or both')
  }
  if (bls === true && avs === undefined) {
    const seen = 'no AVS was named for the BLS key, and one BLS key serves one AVS'
    throw refusal(DOING, 'usage', seen, 'add --avs NAME, such as --avs eigenda')
  }
  if (count <= most) return
  const seen = `${count} keys from the words of one mnemonic, expected at most ${most}: one leak or loss would take them all`
  throw refusal(
    DOING,
    'too_many_keys',
    seen,
    `make them in several runs, each with words of its own, or give --most ${count}`,
  )
}

const ecdsaPlan = (label: string, index: number): PlannedKey => ({
  kind: 'ecdsa',
  format: 'web3-v3',
  label,
  avs: null,
  file: keyFileName(label, 'ecdsa', null),
  path: ecdsaPath(index),
})

const blsPlan = ({ avs = '', blsFormat }: KeyWish, label: string, index: number): PlannedKey => ({
  kind: 'bls',
  format: blsFormat,
  label,
  avs,
  file: keyFileName(label, 'bls', avs),
  path: `m/254/60/0/${index}`,
})
