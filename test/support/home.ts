// A home of its own for each test file: the programs keep their ledger there, and the real one is nobody's playground.
//
// Folders of tests are in memory where there is room: a ledger forces each entry to the disk, which waits for the disk and tests
// nothing that a killed program would show.
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const MEMORY = '/dev/shm'
const ROOM = 2 ** 30

const isRoomy = (folder: string): boolean => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize >= ROOM
}

if (process.env['TMPDIR'] === undefined && existsSync(MEMORY) && isRoomy(MEMORY)) process.env['TMPDIR'] = MEMORY

const home = mkdtempSync(join(tmpdir(), 'airlock-home-'))
process.env['HOME'] = home

afterAll(() => rmSync(home, { recursive: true, force: true }))
