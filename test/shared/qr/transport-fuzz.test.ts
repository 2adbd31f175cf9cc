// The first twenty thousand inputs of scripts/fuzz-transport.ts: nothing wrong is accepted, nothing but refusals is thrown,
// and nothing takes long.
import { expect, it } from 'vitest'
import { TransportFuzz } from '../../support/transport-fuzz.ts'

it('20,000 hostile inputs', () => {
  const fuzz = new TransportFuzz(1)
  for (let index = 0; index < 20_000; index += 1) fuzz.step()
  const { accepted, counts, faults, slowest } = fuzz.report
  expect(faults).toEqual([])
  expect(accepted).toBeGreaterThan(100)
  expect(Math.max(...Object.values(slowest))).toBeLessThan(50)
  // The inputs reach every layer.
  expect(Object.keys(counts.mixed)).toEqual(
    expect.arrayContaining(['whole', 'stranger', 'contradiction', 'message_damaged']),
  )
  expect(Object.keys(counts.cbor)).toEqual(
    expect.arrayContaining(['not_cbor', 'too_large', 'lengths_differ', 'number_differs']),
  )
  expect(Object.keys(counts.packed)).toEqual(
    expect.arrayContaining(['packed_invalid', 'document_checksum_wrong', 'whole']),
  )
})
