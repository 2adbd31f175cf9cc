// What the built page may do, read off the file: its policy, its hashes, and nothing in it that could make a request.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { carriedDocument, EMPTY_TAG, pageWith } from '../../src/shared/qr/carrying-page.ts'
import { PAGE, template } from '../support/browser.ts'
import { Seeded } from '../support/seeded.ts'
import { inProject } from '../support/project.ts'

const html = template()
const catalogue = readFileSync(inProject('src/shared/catalogue/catalogue.json'), 'utf8')
const inside = (name: string): string => new RegExp(`<${name}>([^]*?)</${name}>`).exec(html)?.[1] ?? ''
const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

describe('the policy', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]

  test('allows the one script and the one style by their hashes, and nothing else', () => {
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash(inside('script'))}`,
      `style-src ${hash(inside('style'))}`,
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ])
  })

  test('there is one script and one style, and no attribute that is either', () => {
    expect(html.match(/<script\b/g)).toHaveLength(1)
    expect(html.match(/<style\b/g)).toHaveLength(1)
    const markup = html.replace(inside('script'), '').replace(inside('style'), '')
    expect(markup).not.toMatch(/\s(on\w+|style|src|href)=/)
  })
})

describe('nothing in it makes a request', () => {
  test.each([
    // Also a word of the list of words, on a line of its own.
    /\bfetch\b(?!\n)/,
    /XMLHttpRequest/,
    /WebSocket/,
    /WebTransport/,
    /EventSource/,
    /RTCPeerConnection/,
    /sendBeacon/,
    /importScripts/,
    /\bimport\(/,
    /\bWorker\(/,
    /\.innerHTML/,
    /document\.write/,
    /\beval\(/,
    /WebAssembly/,
  ])('%s', (pattern) => {
    expect(html).not.toMatch(pattern)
  })

  test('the addresses in it are names of formats and words of libraries', () => {
    const addresses = [...html.matchAll(/\b(?:https?|wss?):\/\/[^"'`\s]*/g)].map(([address]) => address)
    // The catalogue's links to where its entries are from: text, as src/shared/catalogue/catalogue.json has it.
    const links = new Set(catalogue.match(/https:\/\/[^"\s]*/g))
    const others = addresses
      .filter((address) => !links.has(address))
      .map((address) => address.replace(/\$\{\w+\}/, '${}'))
    expect([...new Set(others)].toSorted()).toEqual([
      // zod asks the parser of addresses whether a text is one.
      'http://[${}]',
      // Names of schema languages (zod) and of the language of drawings (qr).
      'http://json-schema.org/draft-04/schema#',
      'http://json-schema.org/draft-07/schema#',
      'http://www.w3.org/2000/svg',
      'https://json-schema.org/draft/2020-12/schema',
      // The documentation that the errors of viem name.
      'https://viem.sh',
    ])
  })

  test('its modules are those of the page and of shared, and their packages', () => {
    const file = resolve(PAGE, '../airlock-page.modules.json')
    const { modules } = JSON.parse(readFileSync(file, 'utf8')) as { modules: string[] }
    expect(modules.filter((path) => !/^(src\/(page|shared)|node_modules)\//.test(path))).toEqual([])
    const packages = modules.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])
    expect([...new Set(packages)].toSorted()).toEqual([
      '@noble/curves',
      '@noble/hashes',
      '@scure/base',
      '@scure/bip39',
      // Brought by viem: parses signatures of functions.
      'abitype',
      'jsqr',
      'qr',
      'viem',
      'zod',
    ])
  })
})

describe('a document in the page', () => {
  test('stands in the one tag, and the rest stays', () => {
    const page = pageWith(html, Uint8Array.of(1, 2, 250))
    expect(page.replace('content="AQL6"', 'content=""')).toBe(html)
  })

  test('a template without the tag, or with a document already, is refused', () => {
    expect(() => pageWith('<html>', Uint8Array.of(1))).toThrow(TypeError)
    expect(() => pageWith(EMPTY_TAG + EMPTY_TAG, Uint8Array.of(1))).toThrow(TypeError)
    expect(() => pageWith(pageWith(html, Uint8Array.of(1)), Uint8Array.of(1))).toThrow(TypeError)
  })

  test('base64 is that of others, and has one spelling', () => {
    const random = new Seeded(5)
    for (let length = 0; length < 70; length += 1) {
      const bytes = random.bytes(length)
      const text = Buffer.from(bytes).toString('base64')
      expect(pageWith(EMPTY_TAG, bytes)).toBe(EMPTY_TAG.replace('content=""', `content="${text}"`))
      expect(carriedDocument(text)).toEqual(bytes)
    }
    const refused = [
      'A',
      'AA',
      'AA=',
      'AB==',
      'AAB=',
      'AAA',
      'AA A',
      'AA==\n',
      ' AA==',
      'AAAA=',
      'AA==AA==',
      '-_==',
      '====',
    ]
    for (const text of refused) {
      expect(() => carriedDocument(text), JSON.stringify(text)).toThrow(RangeError)
    }
  })
})
