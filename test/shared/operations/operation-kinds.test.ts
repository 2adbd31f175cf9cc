// What holds of every kind of operation: each has a valid request, and what only takes an operator out of something says so.
import { describe, expect, it } from 'vitest'
import { isLeaving, operationKinds, type AnyOperation } from '../../../src/shared/operations/operation-kinds.ts'
import { kindIn, validNames } from '../../documents/all-requests.ts'

type Kind = AnyOperation['kind']

/** By what the contracts do: nothing is joined, given, allowed or moved by these, whichever of two with one nonce is mined. */
const leaving: readonly Kind[] = [
  'cancel-salt',
  'deregister',
  'deregister-from-operator-sets',
  'deregister-from-stake-registry',
  'deregister-key',
  'remove-appointee',
  'remove-pending-admin',
  'self-transfer',
]

/** The others. To remove an admin may give the operator its own rights back, and so change who may do what. */
const staying: readonly Kind[] = [
  'accept-admin',
  'add-pending-admin',
  'modify-allocations',
  'modify-operator-details',
  'register',
  'register-as-operator',
  'register-for-operator-sets',
  'register-key-bn254',
  'register-key-ecdsa',
  'register-with-churn',
  'register-with-stake-registry',
  'remove-admin',
  'set-allocation-delay',
  'set-appointee',
  'update-metadata-uri',
  'update-signing-key',
  'update-socket',
]

describe('every kind', () => {
  it('is in one of the two lists', () =>
    expect([...leaving, ...staying].toSorted()).toEqual([...operationKinds].toSorted()))

  it.each(leaving)('%s only takes an operator out of something', (kind) => expect(isLeaving(kind)).toBe(true))

  it.each(staying)('%s does more than that', (kind) => expect(isLeaving(kind)).toBe(false))

  it('has a valid request in vectors/requests', () =>
    expect([...new Set(validNames.map(kindIn))].toSorted()).toEqual([...operationKinds].toSorted()))
})
