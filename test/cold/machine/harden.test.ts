// What the running program did for its secrets, seen from outside.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { inProject } from '../../support/project.ts'

const bundle = inProject('dist/airlock-cold.mjs')

it.skipIf(process.platform !== 'linux')('no memory in a core dump, and no debugger on a signal', async () => {
  const child = spawn(process.execPath, [bundle, 'scan', '-', '-o', 'never-written.json'], { stdio: 'pipe' })
  const closed = once(child, 'close')
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  // It waits for codes on standard input, and so is there to be looked at.
  await expect
    .poll(() => readFileSync(`/proc/${child.pid}/coredump_filter`, 'utf8').trim(), { timeout: 20_000 })
    .toBe('00000000')
  expect(child.kill('SIGUSR1')).toBe(true)
  child.stdin.end()
  const [exitCode] = (await closed) as [number]
  expect(exitCode).toBe(3)
  expect(output).toContain('scan_incomplete')
  expect(output).not.toMatch(/debugger/i)
})
