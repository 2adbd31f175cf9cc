// A home of its own for each test file: the programs keep their ledger there, and the real one is nobody's playground.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const home = mkdtempSync(join(tmpdir(), 'airlock-home-'))
process.env['HOME'] = home

afterAll(() => rmSync(home, { recursive: true, force: true }))
