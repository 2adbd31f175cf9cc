// What the online machine remembers of ledgers: a ledger that was rolled back is refused at the next ceremony, a response that
// contradicts what is known is refused, one that comes late is a warning, and nothing is lost to programs that run at once.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KeyFiles } from '../support/keystores.ts'
import { run, type Ended } from '../support/programs.ts'
import { codesIn, readJson, Stage } from '../support/stage.ts'
import { line, sealed, sha256, type Fields } from './pack.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

interface Anchor {
  readonly entry: number
  readonly hash: string
  readonly ledger: string
}

const anchorsIn = (document: string): readonly Anchor[] => readJson(document)['anchors'] as readonly Anchor[]
function anchorOf(response: string): Anchor {
  const [anchor, ...more] = anchorsIn(response)
  if (anchor === undefined || more.length > 0) throw new Error(`${response} has not one anchor`)
  return anchor
}
const flat = (text: string): string => text.replace(/\s+/g, ' ')

/** One operator's visits with a ledger and with anchors of their own. */
class Visits {
  readonly keys: KeyFiles
  readonly ledger = stage.path('ledger')
  readonly anchors = stage.path('anchors')

  constructor(keys: KeyFiles) {
    this.keys = keys
  }

  static async of(): Promise<Visits> {
    return new Visits(await stage.operator())
  }

  async build(keys: KeyFiles = this.keys): Promise<string> {
    const request = stage.path('request.json')
    const built = await stage.build(keys.operator, request, ['--anchors', this.anchors])
    if (built.exitCode !== 0) throw new Error(built.stderr)
    return request
  }

  async sign(
    request: string,
    keys: KeyFiles = this.keys,
  ): Promise<{ exitCode: number; screen: string; response: string }> {
    const response = stage.path('response.json')
    return { response, ...(await stage.sign(request, response, keys, ['--ledger', this.ledger])) }
  }

  verify(request: string, response: string, ...more: readonly string[]): Promise<Ended> {
    return run('airlock-hot', ['verify', request, response, '--anchors', this.anchors, ...more])
  }

  /** A whole visit, up to the response verified. */
  async visit(keys: KeyFiles = this.keys): Promise<readonly [request: string, response: string]> {
    const request = await this.build(keys)
    const { response, screen } = await this.sign(request, keys)
    if (!existsSync(response)) throw new Error(screen)
    expect((await this.verify(request, response)).exitCode).toBe(0)
    return [request, response]
  }
}

describe('what goes into a request', () => {
  test('nothing at first; then the newest entry that is known, whichever operator it was for', async () => {
    const visits = await Visits.of()
    const [first, response] = await visits.visit()
    expect(anchorsIn(first)).toEqual([])
    expect(anchorsIn(await visits.build())).toEqual([anchorOf(response)])
    const other = await stage.operator()
    const [second, newer] = await visits.visit(other)
    expect(anchorsIn(second)).toEqual([])
    expect(anchorsIn(await visits.build())).toEqual([anchorOf(newer)])
  })

  test('of two ledgers both, in the order of their ids', async () => {
    const visits = await Visits.of()
    await visits.visit()
    const request = await visits.build()
    const response = stage.path('response.json')
    await stage.sign(request, response, visits.keys, ['--ledger', stage.path('ledger')])
    expect((await visits.verify(request, response)).exitCode).toBe(0)
    const ledgers = anchorsIn(await visits.build()).map(({ ledger }) => ledger)
    expect(ledgers).toHaveLength(2)
    expect(ledgers).toEqual([...ledgers].sort())
  })

  test('is the entry that the ledger has: hash and id as written there', async () => {
    const visits = await Visits.of()
    const [, response] = await visits.visit()
    const { entry, hash, ledger } = anchorOf(response)
    const read = (number: number): Fields =>
      JSON.parse(
        readFileSync(join(visits.ledger, 'entries', `${String(number).padStart(6, '0')}.json`), 'utf8'),
      ) as Fields
    const rest = ({ airlock, bodyHash, entry: own, previous, time }: Fields): Fields =>
      ({ airlock, bodyHash, entry: own, previous, time }) as Fields
    expect(sha256(line(rest(read(entry)))).slice(0, 32)).toBe(hash)
    expect(sha256(line(rest(read(1)))).slice(0, 16)).toBe(ledger)
  })
})

describe('a ledger that was rolled back', () => {
  test('is refused at the next ceremony: exit 9', async () => {
    const visits = await Visits.of()
    await visits.visit(await stage.operator())
    const backup = stage.path('backup')
    cpSync(visits.ledger, backup, { recursive: true })
    await visits.visit()
    rmSync(visits.ledger, { recursive: true })
    cpSync(backup, visits.ledger, { recursive: true })
    const { exitCode, response, screen } = await visits.sign(await visits.build())
    expect([exitCode, existsSync(response)]).toEqual([9, false])
    expect(screen).toContain('ledger_rolled_back')
  })

  test('and where the request did not know: its response contradicts what is known, exit 9', async () => {
    const visits = await Visits.of()
    const backup = stage.path('backup')
    const early = await visits.build()
    await visits.visit(await stage.operator())
    cpSync(visits.ledger, backup, { recursive: true })
    const [, response] = await visits.visit()
    rmSync(visits.ledger, { recursive: true })
    cpSync(backup, visits.ledger, { recursive: true })
    const { response: second } = await visits.sign(early)
    expect(anchorOf(second).entry).toBe(anchorOf(response).entry)
    const ended = await visits.verify(early, second)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([9, ['anchor_contradicts']])
    const sent = await run('airlock-hot', [
      'send',
      early,
      second,
      '--rpc-url',
      stage.anvil.rpcUrl,
      '--anchors',
      visits.anchors,
    ])
    expect([sent.exitCode, codesIn(sent.stderr)]).toEqual([9, ['anchor_contradicts']])
  })
})

describe('a response that comes late', () => {
  test('is a warning, which is loud and refuses nothing; the same response again is none', async () => {
    const visits = await Visits.of()
    const request = await visits.build()
    const { response } = await visits.sign(request)
    await visits.visit(await stage.operator())
    const late = await visits.verify(request, response)
    expect(late.exitCode).toBe(0)
    expect(flat(late.stdout)).toMatch(/WARNING the response was recorded as entry 3 .* \(anchor_older\)/)
    const again = await visits.verify(request, response, '--json')
    expect(JSON.parse(again.stdout)).toMatchObject({ findings: [], anchors: [anchorOf(response)] })
  })
})

describe('the folder', () => {
  test('twelve programs at once lose nothing', async () => {
    const visits = await Visits.of()
    const made: (readonly [string, string])[] = []
    const request = await visits.build()
    for (let ledger = 0; ledger < 4; ledger += 1) {
      const response = stage.path('response.json')
      await stage.sign(request, response, visits.keys, ['--ledger', stage.path('ledger')])
      made.push([request, response])
    }
    const runs = Array.from({ length: 12 }, (_, index) => made[index % 4] ?? [request, ''])
    const ended = await Promise.all(runs.map(([one, two]) => visits.verify(one, two)))
    expect(ended.map(({ exitCode }) => exitCode)).toEqual(runs.map(() => 0))
    expect(readdirSync(visits.anchors)).toHaveLength(4)
    expect(anchorsIn(await visits.build())).toHaveLength(4)
  })

  test('a file that was damaged, or renamed, is refused by name, and what to do is said', async () => {
    const visits = await Visits.of()
    const [request, response] = await visits.visit()
    const [name = ''] = readdirSync(visits.anchors)
    const path = join(visits.anchors, name)
    const good = readFileSync(path)
    const damaged: readonly (readonly [Uint8Array, string])[] = [
      [new Uint8Array(), 'document_empty'],
      [good.subarray(0, 100), 'document_not_json'],
      [Buffer.from(good.toString().replace('"entry": 3', '"entry": 4')), 'document_checksum_wrong'],
      [sealed({ ...(JSON.parse(good.toString()) as Fields), seen: 0 }), 'field_invalid'],
    ]
    for (const [bytes, code] of damaged) {
      writeFileSync(path, bytes)
      const ended = await visits.verify(request, response)
      expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([3, [code]])
      expect(ended.stderr.replace(/\s+(airlock-hot:)?\s*/g, '')).toContain(name)
    }
    rmSync(path)
    expect((await visits.verify(request, response)).exitCode).toBe(0)
    expect(Object.keys(readJson(path)).sort()).toEqual([
      'airlock',
      'anchor',
      'checksum',
      'operator',
      'requestDigest',
      'seen',
    ])
  })

  test('where it cannot be written, verify says so and goes on', async () => {
    const visits = await Visits.of()
    const request = await visits.build()
    const { response } = await visits.sign(request)
    const file = stage.path('file')
    writeFileSync(file, '')
    const ended = await run('airlock-hot', ['verify', request, response, '--anchors', join(file, 'anchors')])
    expect(ended.exitCode).toBe(0)
    expect(flat(ended.stderr)).toContain('was not kept')
    mkdirSync(visits.anchors, { recursive: true })
    expect(anchorsIn(await visits.build())).toEqual([])
  })
})
