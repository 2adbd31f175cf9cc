// What the ledger knows of a salt that is about to be cancelled: which signed registrations it kills, or that it knows of none.
import { note, type Finding } from '../../shared/base/finding.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import { signedPart, type SignedRecord } from '../../shared/ledger/signed-record.ts'
import { utc } from '../../shared/base/units.ts'

/** The findings of a request that cancels a salt; none for any other. */
export function cancelledSalts(
  { chainId, operation }: UnsignedRequest,
  signed: readonly SignedRecord[],
): readonly Finding[] {
  if (operation.kind !== 'cancel-salt') return []
  const killed = signed.filter(
    (record) =>
      record.request.chainId === chainId &&
      record.request.operator === operation.operator &&
      record.request.salt === operation.salt &&
      signedPart(record, 'operatorSignature') !== null,
  )
  if (killed.length === 0) {
    const seen = 'this ledger knows no registration with this salt: compare it, digit by digit, with the one you mean'
    return [note('salt_cancelled', seen)]
  }
  return killed.map(({ entry, ledger, request }) => {
    const until = utc(request.expiry)
    const seen = `it kills the registration with AVS ${request.avs ?? ''} that entry ${entry} of ledger ${ledger} records, valid until ${until}`
    return note('salt_cancelled', seen)
  })
}
