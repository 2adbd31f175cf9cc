// Requests that name a sender or a signer: who may, and who may not, one spelling for each meaning.
import type { Vector } from '../../support/vectors.ts'
import { jsonCases, type Base } from './cases.ts'
import { registration } from '../../documents/documents.ts'
import { CONTRACT } from '../../documents/valid-requests.ts'

const FROM = 'transaction.from'
const SIGNER = 'operation.operatorSignature.signer'
const SIGNER_ADDRESS = `${SIGNER}.address`
const ZERO = `0x${'0'.repeat(40)}`

const { operator, operatorSignature } = registration(1).request.operation
const other = registration(2).request.operation.operator

const sender = (base: Base): Vector[] =>
  jsonCases(base, [
    ['from_operator', 'field_invalid', 'the operator named as its own sender, which is null', { [FROM]: operator }],
    [
      'from_other',
      'field_invalid',
      'somebody else as the sender of a registration',
      { [FROM]: other },
      'the operator of registerOperator is msg.sender: RegistryCoordinator.sol of eigenlayer-middleware at 7d49b51',
    ],
    ['from_lower_case', 'address_checksum', 'a sender in lower case', { [FROM]: other.toLowerCase() }],
    ['from_short', 'field_invalid', 'a sender of 19 bytes', { [FROM]: other.slice(0, -2) }],
    [
      'signer_with_transaction',
      'field_invalid',
      'a signer for a contract, beside a transaction that no contract signs',
      { [SIGNER]: { address: other, signs: 'digest' } },
    ],
  ])

const signer = (base: Base): Vector[] =>
  jsonCases(base, [
    [
      'signer_operator',
      'field_invalid',
      'the operator named as its own signer, which is null',
      { [SIGNER_ADDRESS]: CONTRACT },
    ],
    ['signer_lower_case', 'address_checksum', 'a signer in lower case', { [SIGNER_ADDRESS]: other.toLowerCase() }],
    ['signer_bare', 'field_invalid', 'a signer without what it signs', { [SIGNER]: other }],
    ['signer_signs_other', 'field_invalid', 'a signer of something else', { [`${SIGNER}.signs`]: 'personal' }],
    ['signer_zero', 'address_zero', 'the signer is the zero address', { [SIGNER_ADDRESS]: ZERO }],
    [
      'signer_is_avs_directory',
      'addresses_collide',
      'signer and AVSDirectory are one',
      { [SIGNER_ADDRESS]: operatorSignature?.avsDirectory },
    ],
  ])

const nothing = (base: Base): Vector[] =>
  jsonCases(base, [
    ['nothing_asked', 'nothing_asked', 'no transaction, where no message is asked for either', { transaction: null }],
  ])

/** Senders, signers, and a request that has neither. */
export const signerCases = (register: Base, contract: Base, messageless: Base): Vector[] => [
  ...sender(register),
  ...signer(contract),
  ...nothing(messageless),
]
