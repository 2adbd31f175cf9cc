// A send ended by SIGKILL anywhere, and typed again: one registration, out of the one response.
//
// A small share of what scripts/kill-send.ts does; KILL_POINTS=200 makes it as many as one likes.
import { expect, test } from 'vitest'
import { KillSending } from '../../support/stopped/kill-sending.ts'

const POINTS = Number(process.env['KILL_POINTS'] ?? '12')
const SECONDS_A_POINT = 30

test('at random', { timeout: (POINTS + 4) * SECONDS_A_POINT * 1000 }, async () => {
  const sending = await KillSending.open(1)
  try {
    while (sending.counts.points < POINTS) await sending.point(await sending.drawn(6))
    expect(sending.counts).toMatchObject({ points: POINTS, registered: POINTS })
    expect(sending.counts.killed).toBeGreaterThan(POINTS / 2)
  } finally {
    await sending.close()
  }
})
