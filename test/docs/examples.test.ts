// The worked examples of the documents, worked out again.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { Interface, id, keccak256 } from 'ethers'
import { describe, expect, test } from 'vitest'
import approvals from '../../vectors/known-answers/approval.json' with { type: 'json' }
import { checkFor } from '../../src/cold/selftest/vectors.ts'
import { questionLines } from '../../src/hot/split-signing/wallet-command.ts'
import { nothingMade } from '../../src/shared/request/derive.ts'
import { decodeRequest } from '../../src/shared/request/request.ts'
import { readKeyPath, walletQuestions } from '../../src/shared/wallet/wallet-question.ts'
import { run } from '../support/programs.ts'
import { readVector } from '../support/vectors.ts'
import { blocks, headings, page, root, sections } from './pages.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('docs/request-format.md', () => {
  const text = page('docs/request-format.md')
  const example = blocks(text).find((block) => block.startsWith('{')) ?? ''
  const digest = sha256(Buffer.from(example))

  test('the example is the vector that it names', () => {
    expect(example).toBe(Buffer.from(readVector('requests', 'register_valid').document).toString())
  })

  test('its digest is what sha256sum prints', () => {
    expect(text).toContain(`${digest}  request.json`)
    expect(text).toContain(`\`${digest.slice(0, 22)}\``)
  })

  test('the table has its bits, indices and words', () => {
    const bits = BigInt(`0x${digest.slice(0, 22)}`)
      .toString(2)
      .padStart(88, '0')
    const rows = Array.from({ length: 8 }, (_, index) => {
      const group = bits.slice(11 * index, 11 * index + 11)
      return [group, String(parseInt(group, 2)), wordlist[parseInt(group, 2)]]
    })
    const found = [...text.matchAll(/^\| `([01]{11})` \| (\d+) +\| (\w+) +\|$/gm)].map((row) => row.slice(1))
    expect(found).toEqual(rows)
  })
})

/** Both documents of the valid registration, in a folder that is empty otherwise. */
function withDocuments(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'airlock-docs-'))
  for (const kind of ['requests', 'responses'] as const)
    writeFileSync(join(folder, `${kind.slice(0, -1)}.json`), readVector(kind, 'register_valid').document)
  return use(folder).finally(() => rmSync(folder, { recursive: true }))
}

describe('docs/response-format.md', () => {
  const text = page('docs/response-format.md')

  test('the digest of its example', () => {
    const { document } = readVector('responses', 'register_valid')
    expect(text).toContain(`${sha256(document)}  response.json`)
  })

  test('its screen is what verify prints', () =>
    withDocuments(async (cwd) => {
      const { stdout } = await run('airlock-hot', ['verify', 'request.json', 'response.json', '--anchors', 'none'], {
        cwd,
      })
      const screens = blocks(text).map((block) => block.split('$ airlock-hot verify request.json response.json\n')[1])
      expect(screens).toContain(stdout)
    }))
})

describe('docs/bundle-format.md', () => {
  const text = page('docs/bundle-format.md')
  const example = blocks(text).find((block) => block.startsWith('{')) ?? ''

  test('digest and checksum of the example', () => {
    expect(text).toContain(`${sha256(Buffer.from(example))}  bundle.json`)
    const { checksum } = JSON.parse(example) as { checksum: string }
    expect(sha256(Buffer.from(example.replace(/ {2}"checksum": .*\n/, ''))).slice(0, 16)).toBe(checksum)
  })

  test('its requests are the vectors that it names, the second with the next nonce', () => {
    interface Member {
      readonly block: number
      readonly transaction: object
    }
    const { blocks: read, requests } = JSON.parse(example) as { blocks: { chainId: number }[]; requests: Member[] }
    const asked = requests.map(({ block: place, ...fields }) => {
      const { chainId, ...block } = read[place] ?? { chainId: 0 }
      return { airlock: 'request/1', ...fields, block, chainId }
    })
    const vectors = ['add_pending_admin', 'set_appointee'].map((name, index) => {
      const document = JSON.parse(Buffer.from(readVector('requests', name).document).toString()) as Member
      const { checksum: _, ...fields } = document as Member & { checksum: string }
      return { ...fields, transaction: { ...document.transaction, nonce: 4 + index } }
    })
    expect(asked).toEqual(vectors)
  })

  test('is what bundle makes of them', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'airlock-docs-'))
    const names = ['add_pending_admin', 'set_appointee']
    for (const name of names) writeFileSync(join(cwd, `${name}.json`), readVector('requests', name).document)
    const files = names.map((name) => `${name}.json`)
    const ended = await run('airlock-hot', ['bundle', ...files, '-o', 'bundle.json'], { cwd })
    expect(ended.exitCode, ended.stderr).toBe(0)
    expect(readFileSync(join(cwd, 'bundle.json'), 'utf8')).toBe(example)
    rmSync(cwd, { recursive: true })
  })
})

describe('docs/split-signing.md', () => {
  const screens = blocks(page('docs/split-signing.md'))

  test('its screens are what merge and wallet ask print', () =>
    withDocuments(async (cwd) => {
      for (const [part, of] of [['bls', 'partial_bls'] as const, ['operator', 'partial_ecdsa'] as const])
        writeFileSync(join(cwd, `${part}.json`), readVector('responses', of).document)
      const parts = ['request.json', 'bls.json', 'operator.json']
      const merged = await run('airlock-hot', ['merge', ...parts, '-o', 'merged.json'], { cwd })
      expect(screens.map((block) => block.slice(block.indexOf('-o merged.json\n') + 15))).toContain(merged.stdout)
      // The programs refuse this request, which expires in 2100: the lines come from the function that prints them.
      const document = decodeRequest('testing', Uint8Array.from(readVector('requests', 'register_valid').document))
      const [question] = walletQuestions(document, nothingMade)
      if (question === undefined) throw new Error('the request asks for no message')
      const key = { path: readKeyPath("m/44'/60'/0'/0/0") ?? [], fingerprint: '1a2b3c4d' }
      const asked = `${questionLines(question, 1, key).join('\n')}\n`
      expect(screens.map((block) => block.split('--fingerprint 1a2b3c4d\n')[1])).toContain(asked)
    }))

  test('the name of a request id is the one that it describes', () => {
    const [, template] =
      screens
        .filter((block) => block.startsWith('airlock wallet\n'))
        .concat('')[0]
        ?.split('wallet\n') ?? []
    const values: readonly (readonly [string, string])[] = [
      ['<digest of the request>', sha256(readVector('requests', 'register_valid').document)],
      ['<part>', 'operatorSignature'],
      ['<fee rung, 0 for the message>', '0'],
      ['<digest to be signed>', '0x352c44e407ef03b8117f7c8d9c4db64af84c71a87e88279f9f03fb144578301b'],
    ]
    const name = values.reduce(
      (text, [from, to]) => text.replace(from, to),
      `airlock wallet\n${template?.trimEnd() ?? ''}`,
    )
    const space = /namespace `([0-9a-f-]{36})`/.exec(page('docs/split-signing.md'))?.[1]?.replaceAll('-', '') ?? ''
    // RFC 9562, 5.5.
    const hash = createHash('sha1').update(Buffer.from(space, 'hex')).update(name).digest().subarray(0, 16)
    hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
    hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
    const id = hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    expect(screens.join('')).toContain(`  request id   ${id}\n`)
  })
})

describe('docs/evidence.md', () => {
  const example = blocks(page('docs/evidence.md')).find((block) => block.includes('anchor/1')) ?? ''
  const anchor = JSON.parse(example) as {
    anchor: { entry: number; hash: string; ledger: string }
    checksum: string
    operator: string
    requestDigest: string
  }
  const { entry, hash, ledger } = anchor.anchor

  test('the anchor has its checksum, and is that of the ceremony', () => {
    const without = example.replace(/ {2}"checksum": .*\n/, '')
    expect(sha256(Buffer.from(without)).slice(0, 16)).toBe(anchor.checksum)
    const screens = blocks(page('docs/ceremony.md')).join('')
    const seen = [`  request      ${anchor.requestDigest}`, `  signer       ${anchor.operator}`]
    for (const said of [...seen, `  recorded     entry ${entry} of ledger ${ledger}`]) expect(screens).toContain(said)
  })

  test.each([
    ['is one that verify reads', example, 0],
    ['is refused with another digit', example.replace(`"entry": ${entry}`, `"entry": ${entry + 1}`), 3],
  ])('the anchor %s', (_, text, code) =>
    withDocuments(async (cwd) => {
      mkdirSync(join(cwd, 'anchors'))
      writeFileSync(join(cwd, 'anchors', `${ledger}-${String(entry).padStart(6, '0')}-${hash}.json`), text)
      const flags = ['verify', 'request.json', 'response.json', '--anchors', 'anchors']
      expect((await run('airlock-hot', flags, { cwd })).exitCode).toBe(code)
    }),
  )
})

test('docs/approvals.md: document, text and hash are those of the known answer, with the size that it has', () => {
  const text = page('docs/approvals.md')
  const [known] = approvals.cases
  expect(blocks(text)).toContain(known?.document)
  expect(blocks(text)).toContain(known?.text)
  expect(text).toContain(`EIP-191 hash: \`${known?.hash}\``)
  expect(page('docs/packed-format.md')).toMatch(new RegExp(`\\| approval +\\| +${known?.document.length} \\|`))
})

describe('docs/published-registration.md', () => {
  const text = page('docs/published-registration.md')
  const path = join(root, 'vectors/known-answers/published-registration.json')
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as {
    cases: [
      {
        quorumNumbers: string
        socket: string
        pubkeyRegistrationParams: { signature: string[]; publicKeyG1: string[]; publicKeyG2: string[][] }
        operatorSignature: { signature: string; salt: string; expiry: string }
        operatorId: string
      },
    ]
  }
  const [{ quorumNumbers, socket, pubkeyRegistrationParams: params, operatorSignature: ecdsa, operatorId }] = cases
  const abi =
    'function registerOperator(bytes,string,((uint256,uint256),(uint256,uint256),(uint256[2],uint256[2])),(bytes,bytes32,uint256))'
  const calldata = new Interface([abi]).encodeFunctionData('registerOperator', [
    quorumNumbers,
    socket,
    [params.signature, params.publicKeyG1, params.publicKeyG2],
    [ecdsa.signature, ecdsa.salt, ecdsa.expiry],
  ])

  test('length and hash of the rebuilt calldata', () => {
    expect(text).toContain(`${calldata.length / 2 - 1} bytes, keccak256 \`${keccak256(calldata)}\``)
  })

  test('its words, one by one', () => {
    const table = blocks(text).find((block) => block.includes('selector')) ?? ''
    const words = [...table.matchAll(/^(?: {4}|[0-9a-f]{4}) {2}([0-9a-f]{8}|[0-9a-f]{64})\b/gm)].map(([, word]) => word)
    expect(`0x${words.join('')}`).toBe(calldata)
  })

  test('operator id, salt and expiry', () => {
    expect(text).toContain(operatorId)
    expect(keccak256(`0x${params.publicKeyG1.map((word) => word.slice(2)).join('')}`)).toBe(operatorId)
    expect(ecdsa.salt).toBe(id('pubkeyRegistrationMessageHash(address)'))
    const [day = '', time = ''] = new Date(Number(ecdsa.expiry) * 1000).toISOString().split('T')
    expect(text).toContain(`${day} ${time.slice(0, 8)} UTC`)
  })
})

describe('docs/ceremony.md', () => {
  test('has the steps of the demo, in their order', () => {
    const demo = readFileSync(join(root, 'test/demo/demo.ts'), 'utf8')
    const steps = [...demo.matchAll(/say\('(\d\. [^']+)'\)/g)].map(([, title]) => title)
    expect(headings(page('docs/ceremony.md')).filter((title) => /^\d\./.test(title))).toEqual(steps)
  })
})

describe('docs/vectors.md', () => {
  const kinds = sections(page('docs/vectors.md'), '###').map(([title]) => title)

  test.each(kinds)('selftest knows the kind %s', (kind) => {
    expect(checkFor(kind)).toBeDefined()
  })

  test('has every kind that is built in', async () => {
    const { stdout } = await run('airlock-cold', ['selftest', '--json'])
    const { passed } = JSON.parse(stdout) as { passed: Record<string, number> }
    expect(Object.keys(passed).filter((kind) => !kinds.includes(kind))).toEqual([])
  })
})
