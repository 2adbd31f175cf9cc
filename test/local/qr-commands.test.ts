// qr and scan as built: pictures that zbarimg reads, lines that it writes, codes in a real terminal, light and dark.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentCodes } from '../../src/shared/qr/document-codes.ts'
import { documentDigest } from '../../src/shared/base/document.ts'
import { validDocument } from '../support/documents.ts'
import { commandOf, run, runInTerminal } from '../support/programs.ts'
import { Tmux } from '../support/tmux.ts'

const folder = mkdtempSync(join(tmpdir(), 'airlock-qr-'))
const inFolder = (name: string): string => join(folder, name)
const REQUEST = validDocument('requests', 'register_valid')
const RESPONSE = validDocument('responses', 'register_valid')
const [request, response] = [inFolder('request.json'), inFolder('response.json')]

beforeAll(() => {
  writeFileSync(request, REQUEST)
  writeFileSync(response, RESPONSE)
})
afterAll(() => rmSync(folder, { recursive: true }))

const isThere = (command: string): boolean => spawnSync(command, ['--version']).status === 0

/** What zbarimg reads in a folder of pictures, one code a line. */
function zbarimg(pictures: string): string {
  const names = readdirSync(pictures).map((name) => join(pictures, name))
  const { status, stdout } = spawnSync('zbarimg', ['--raw', '--quiet', ...names], { encoding: 'utf8' })
  expect(status).toBe(0)
  return stdout
}

describe('a standard request and its response', () => {
  it.each([
    ['airlock-hot', request, 'request', REQUEST, 12],
    ['airlock-cold', response, 'response', RESPONSE, 15],
  ] as const)('%s qr %s --json: one code each, small enough', async (name, file, kind, bytes, version) => {
    const { exitCode, stdout } = await run(name, ['qr', file, '--json'])
    expect(exitCode).toBe(0)
    const facts = JSON.parse(stdout) as Record<string, unknown>
    expect(facts).toMatchObject({ kind, parts: 1, ecc: 'L', documentBytes: bytes.length, written: [] })
    expect(facts).toMatchObject({ digest: documentDigest(bytes), codes: [documentCodes(bytes).text(1)] })
    expect(facts['version']).toBeLessThanOrEqual(version)
  })
})

describe('pictures', () => {
  it.skipIf(!isThere('zbarimg'))('are read by zbarimg, whose lines scan takes: the same bytes', async () => {
    const pictures = inFolder('one')
    expect((await run('airlock-hot', ['qr', request, '--png', pictures])).exitCode).toBe(0)
    const back = inFolder('one.json')
    const scanned = await run('airlock-cold', ['scan', '-', '-o', back], { input: zbarimg(pictures) })
    expect(scanned.exitCode).toBe(0)
    expect(scanned.stdout).toMatch(
      /Scanned a request.*\n +SHA-256 +[0-9a-f]{64}\n +words .*\n.*\n +airlock-cold inspect /,
    )
    expect(readFileSync(back)).toEqual(Buffer.from(REQUEST))
  })

  it.skipIf(!isThere('zbarimg'))('in parts likewise', async () => {
    const pictures = inFolder('parts')
    await run('airlock-cold', ['qr', response, '--density', '5', '--png', pictures])
    expect(readdirSync(pictures).length).toBeGreaterThan(3)
    const back = inFolder('parts.json')
    const { exitCode } = await run('airlock-hot', ['scan', '-', '-o', back], { input: zbarimg(pictures) })
    expect(exitCode).toBe(0)
    expect(readFileSync(back)).toEqual(Buffer.from(RESPONSE))
  })

  it.each(['airlock-hot', 'airlock-cold'] as const)('are read by %s scan', async (name) => {
    const pictures = inFolder(`${name}-pictures`)
    await run('airlock-hot', ['qr', request, '--density', '6', '--png', pictures])
    const back = inFolder(`${name}.json`)
    const { exitCode, stdout } = await run(name, ['scan', pictures, '-o', back, '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'request', digest: documentDigest(REQUEST), file: back })
    expect(readFileSync(back)).toEqual(Buffer.from(REQUEST))
  })

  it('stand for the document itself', async () => {
    const pictures = inFolder('instead')
    await run('airlock-hot', ['qr', request, '--png', pictures])
    const photo = inFolder('photo.png')
    copyFileSync(join(pictures, readdirSync(pictures)[0] ?? ''), photo)
    const digestOf = ({ stdout }: { readonly stdout: string }): unknown =>
      (JSON.parse(stdout) as { readonly digest: unknown }).digest
    for (const path of [pictures, photo]) {
      expect(digestOf(await run('airlock-hot', ['show', path, '--json']))).toBe(documentDigest(REQUEST))
    }
    const verified = await run('airlock-hot', ['verify', photo, response, '--json'])
    expect(JSON.parse(verified.stdout)).toMatchObject({ requestDigest: documentDigest(REQUEST) })
  })

  it('are not written over others', async () => {
    const pictures = inFolder('twice')
    expect((await run('airlock-hot', ['qr', request, '--png', pictures])).exitCode).toBe(0)
    const again = await run('airlock-hot', ['qr', request, '--png', pictures, '--json'])
    expect(again.exitCode).toBe(2)
    expect(again.stderr).toContain('output_exists')
    expect((await run('airlock-hot', ['qr', request, '--png', pictures, '--force'])).exitCode).toBe(0)
  })
})

describe('refused', () => {
  it.each<[string, string[], number, string]>([
    ['a file that is no document', ['qr', inFolder('text.txt')], 3, 'document_not_json'],
    ['no terminal to show codes on', ['qr', request], 2, 'no_terminal'],
    ['pictures where a file is', ['qr', request, '--png', request], 2, 'output_unwritable'],
    ['a picture that is none', ['scan', inFolder('text.txt'), '-o', inFolder('x.json')], 3, 'scan_incomplete'],
    ['an output that is there', ['scan', '-', '-o', request], 2, 'output_exists'],
    ['pictures and lines at once', ['scan', '-', 'a.png', '-o', inFolder('x.json')], 2, 'usage'],
    ['no codes on standard input', ['scan', '-', '-o', inFolder('x.json')], 3, 'scan_incomplete'],
    ['a density that no code has', ['qr', request, '--density', '41'], 2, 'usage'],
  ])('%s', async (_, args, exitCode, code) => {
    writeFileSync(inFolder('text.txt'), 'not a picture')
    const ended = await run('airlock-cold', [...args, '--json'], { input: 'hello\n' })
    // With --json, qr tells its facts instead of showing codes.
    const shown = code === 'no_terminal' ? await run('airlock-cold', args) : ended
    expect(shown.exitCode).toBe(exitCode)
    expect(shown.stderr).toContain(code)
  })
})

it('--html writes a page that carries the document', async () => {
  const page = inFolder('page.html')
  expect((await run('airlock-hot', ['qr', request, '--html', page])).exitCode).toBe(0)
  const [, base64 = ''] = /<meta name="airlock-document" content="([^"]*)">/.exec(readFileSync(page, 'utf8')) ?? []
  expect(Buffer.from(base64, 'base64')).toEqual(Buffer.from(REQUEST))
})

describe('in a terminal', () => {
  it('codes are shown until q is typed, and nothing of them stays', async () => {
    const answers = [{ prompt: /one code, version \d+.*q quit/, type: 'q' }]
    const { exitCode, screen } = await runInTerminal('airlock-cold', ['qr', request], answers)
    expect(exitCode).toBe(0)
    expect(screen).toMatch(/^\x1b\[\?1049h/)
    expect(screen).toMatch(/\x1b\[\?25h\x1b\[\?1049l$/)
  })

  it('parts follow each other, are held, stepped and made denser', async () => {
    const answers = [
      { prompt: /part 2 of 4, 8\/s/, type: ' ' },
      { prompt: /of 4, held/, type: '\x1b[D' },
      { prompt: /of 4, held/, type: '\x1b[C' },
      { prompt: /of 4, held/, type: '+' },
      { prompt: /of 4, held/, type: ']' },
      { prompt: /part 1 of 3, held/, type: ' ' },
      { prompt: /part 2 of 3, 9\/s/, type: '\x03' },
    ]
    const { exitCode } = await runInTerminal('airlock-hot', ['qr', request, '--density', '6'], answers)
    expect(exitCode).toBe(0)
  })

  describe.skipIf(!isThere('tmux') && spawnSync('tmux', ['-V']).status !== 0)('tmux', () => {
    it.each(['light', 'dark'] as const)('a screenshot of the code is read back on a %s theme', async (theme) => {
      const tmux = new Tmux(80, 40)
      try {
        tmux.start([...commandOf('airlock-cold', true), 'qr', request])
        await tmux.see(/one code, version/)
        const picture = inFolder(`${theme}.png`)
        writeFileSync(picture, PNG.sync.write(tmux.screenshot(theme)))
        const back = inFolder(`${theme}.json`)
        expect((await run('airlock-cold', ['scan', picture, '-o', back])).exitCode).toBe(0)
        expect(readFileSync(back)).toEqual(Buffer.from(REQUEST))
      } finally {
        tmux.stop()
      }
    })

    it('a small window gets parts, and a smaller one a refusal', async () => {
      const tmux = new Tmux(80, 24)
      try {
        tmux.start([...commandOf('airlock-cold', true), 'qr', request])
        await tmux.see(/part \d+ of \d+, 8\/s, version 5/)
        tmux.resize(80, 15)
        await tmux.see(/window_too_small/)
      } finally {
        tmux.stop()
      }
    })
  })
})
