// Anvil starts where nobody else is, says why when it cannot, and never outlives us.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { SETPRIV, startAnvil } from './anvil.ts'
import { devnetClient } from './chain.ts'

const GONE_WITHIN_MS = 10_000

it('answers with the chain id that was asked for, and is gone after stop', async () => {
  const anvil = await startAnvil({ chainId: 560048 })
  expect(await devnetClient(anvil.rpcUrl).getChainId()).toBe(560048)
  await anvil.stop()
  expect(isAlive(anvil.pid)).toBe(false)
  await anvil.stop()
})

it('gives each its own port', async () => {
  const both = await Promise.all([startAnvil(), startAnvil()])
  expect(both[0].port).not.toBe(both[1].port)
  await Promise.all(both.map((anvil) => anvil.stop()))
})

it('says what anvil said when it does not start', async () => {
  await expect(startAnvil({ flags: ['--no-such-flag'] })).rejects.toThrow(
    /starting anvil: it ended with code 2 .*no-such-flag/s,
  )
})

it('does not wait for ever', async () => {
  await expect(startAnvil({ timeoutMs: 0 })).rejects.toThrow('starting anvil: not listening after 0 ms')
})

const ENDS = ['exit', 'SIGTERM', ...(existsSync(SETPRIV) ? (['SIGKILL'] as const) : [])] as const
it.each(ENDS)('ends with the process that started it: %s', async (end) => {
  const program = `
    const { startAnvil } = await import(${JSON.stringify(new URL('anvil.ts', import.meta.url).href)})
    console.log((await startAnvil()).pid)
    ${end === 'exit' ? '' : 'await new Promise((resolve) => setTimeout(resolve, 60_000))'}`
  const flags = ['--import', 'tsx', '--input-type=module', '--eval', program]
  const parent = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(parent, 'exit')
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  if (end !== 'exit') parent.kill(end)
  await ended
  await expect.poll(() => isAlive(Number(line.toString())), { timeout: GONE_WITHIN_MS, interval: 20 }).toBe(false)
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
