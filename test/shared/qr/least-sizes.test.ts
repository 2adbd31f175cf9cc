// The table of sizes in docs/qr-transport.md against the packed documents that it takes apart: no byte left out.
import { expect, it } from 'vitest'
import { packDocument } from '../../../src/shared/qr/packed.ts'
import { leastRequest, leastResponse } from '../../support/least-sizes.ts'
import { readVector } from '../../support/vectors.ts'

it.each([
  { folder: 'requests', fields: leastRequest },
  { folder: 'responses', fields: leastResponse },
] as const)('the fields of $folder are all of the packed bytes', ({ folder, fields }) => {
  const packed = packDocument(Uint8Array.from(readVector(folder, 'register_two_quorums').document))
  expect(fields.reduce((sum, field) => sum + field.packed, 0)).toBe(packed.length)
})
