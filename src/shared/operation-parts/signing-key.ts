// An ECDSA key that is to sign for an operator, by its address: what there is to say of the address alone.
import type { Address } from '../base/fields.ts'
import { buildAgain, refuse, warning, when, type Finding } from '../base/finding.ts'

const ZERO_ADDRESS: string = `0x${'0'.repeat(40)}`

/**
 * What there is to say of a signing key.
 *
 * @param field its name in the request
 */
export const judgeSigningKey = (
  field: string,
  key: Address,
  { operator }: { readonly operator: Address },
): Finding[] => [
  ...when(key === ZERO_ADDRESS, () => refuse('address_zero', `${field} is the zero address`, buildAgain())),
  ...when(key === operator, () =>
    warning(
      'signing_key_is_operator',
      "the operator's own key becomes the key that a node signs with: it has to be online then, and whoever takes it has the operator",
    ),
  ),
]
