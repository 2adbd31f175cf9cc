// The catalogue: spelled as it must be, no fact without a source, and every address that of its source.
//
// The addresses of the sources are in vectors/known-answers/public-deployments.json, each with its repository and commit.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { getAddress, Interface } from 'ethers'
import { describe, expect, it, test } from 'vitest'
import deployments from '../../../vectors/known-answers/public-deployments.json' with { type: 'json' }
import content from '../../../src/shared/catalogue/catalogue.json' with { type: 'json' }
import { knownImplementation } from '../../../src/shared/catalogue/address-book.ts'
import type { Address } from '../../../src/shared/base/fields.ts'
import {
  avss,
  avssNamed,
  catalogueDigest,
  cores,
  isRegistrable,
  registerCommands,
  similarIds,
} from '../../../src/shared/catalogue/catalogue.ts'
import { root } from '../../support/project.ts'

const file = readFileSync(resolve(root, 'src/shared/catalogue/catalogue.json'))

/** Chain, AVS, contract and address of all that is known, a line each. */
const known = [...cores.map((core) => ({ ...core, id: 'eigenlayer' })), ...avss].flatMap(({ chainId, id, contracts }) =>
  Object.entries(contracts).map(([contract, address]) => `${chainId} ${id} ${contract} ${address}`),
)

test('docs/avs-catalogue.md says of each kind what it is built with', () => {
  const text = readFileSync(resolve(root, 'docs/avs-catalogue.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `([a-z0-9-]+)` +\| [^|]+ \| (?:`build ([a-z-]+)`|not here) +\|$/gm)]
  expect(Object.fromEntries(rows.map(([, kind, command]) => [kind, command ?? null]))).toEqual(registerCommands)
})

test('every address is that of its source, and there is no other', () => {
  const published = deployments.cases.map(({ chainId, avs, contract, address }) =>
    [chainId, avs, contract, address].join(' '),
  )
  expect(known.toSorted()).toEqual(published.toSorted())
})

test('every entry has the source that its addresses have', () => {
  for (const { chainId, id, source } of avss) {
    const cases = deployments.cases.filter((one) => one.chainId === String(chainId) && one.avs === id)
    for (const { source: published } of cases) expect(`${source} `).toContain(published.split(/[;(@]/)[0]?.trim())
  }
})

test('every address is in EIP-55 as ethers spells it', () => {
  for (const address of known.map((line) => line.split(' ')[3] ?? '')) expect(getAddress(address)).toBe(address)
})

test('a name stands for one AVS on a chain, and for one project', () => {
  const keys = [
    ...avss.map(({ chainId, id }) => `${chainId} ${id}`),
    ...avss.map(({ chainId, name }) => `${chainId} ${name}`),
  ]
  expect(new Set(keys).size).toBe(keys.length)
  for (const { id, name } of avss) expect(avssNamed(id).every((other) => other.name === name)).toBe(true)
})

test('a RegistryCoordinator belongs to one AVS', () => {
  const coordinators = avss.flatMap(({ chainId, contracts }) => {
    const coordinator = contracts['RegistryCoordinator']
    return coordinator === undefined ? [] : [`${chainId} ${coordinator}`]
  })
  expect(new Set(coordinators).size).toBe(coordinators.length)
})

describe('implementations', () => {
  // Of the AVSDirectory: environment/*/manifest.json of eigenlayer-contracts-zeus-metadata at e66d97c, and the days on which the
  // domain that it has now was first seen. Of the RegistryCoordinator of EigenDA: l2beat, eigenda/discovered.json of 2026-07-23.
  it.for([
    [1, '0x135DDa560e946695d6f155dACaFC6f1F25C1F5AF', '0xcD35Cef328b496fA9d70a8d7C34EF3434614862b', '2026-01-30'],
    [
      11155111,
      '0xa789c91ECDdae96865913130B786140Ee17aF545',
      '0x321604fDA757e8728d7b338C284613E2A0136D69',
      '2025-12-05',
    ],
    [560048, '0xD58f6844f79eB1fbd9f7091d05f7cb30d3363926', '0xE368218aDDc4d2dDC5b0AFd70f5878DD8c1713Eb', '2025-12-04'],
    [17000, '0x055733000064333CaDDbC92763c58BF0192fFeBf', '0x331e3Bd9cf69562f6F9ade72BD3D9f271f1B2506', null],
    [1, '0x0BAAc79acD45A023E19345c352d8a7a83C4e5656', '0x2088435ABcB1234A9427B755931C9064C93a2595', '2025-05-29'],
  ] as const)('chain %s, %s', ([chainId, proxy, address, since]) => {
    expect(knownImplementation(chainId, proxy as Address)?.implementation).toMatchObject({ address, since })
  })

  it('belong to contracts of their entry, in EIP-55, and are none of its proxies', () => {
    for (const { contracts, implementations } of [...cores, ...avss]) {
      for (const [name, { address }] of Object.entries(implementations)) {
        expect(contracts).toHaveProperty(name)
        expect(getAddress(address)).toBe(address)
        expect(Object.values(contracts)).not.toContain(address)
      }
    }
  })

  it('are none where no source says', () => {
    expect(knownImplementation(1, '0x870679E138bCdf293b7Ff14dD44b70FC97e12fc0' as Address)).toBeUndefined()
    // Another chain, where the same address is another contract.
    expect(knownImplementation(560048, '0x135DDa560e946695d6f155dACaFC6f1F25C1F5AF' as Address)).toBeUndefined()
  })
})

describe('the kind', () => {
  const declared = avss.flatMap(({ id, kind, registerFunction }) =>
    registerFunction === null ? [] : [{ id, kind, registerFunction }],
  )

  // 0xa50857bf: the selector of registerOperator as solc gave it for eigenlayer-middleware at 7d49b51.
  it.for(declared)('$id on its chain is $kind, by the selector of its function', ({ kind, registerFunction }) => {
    const selector = new Interface([`function ${registerFunction}`]).fragments[0]
    expect(selector).toBeDefined()
    const isOurs = new Interface([`function ${registerFunction}`]).hasFunction('0xa50857bf')
    expect(isRegistrable(kind)).toBe(isOurs)
  })
})

describe('the bytes', () => {
  it('have the digest that sha256sum prints of the file', () => {
    expect(catalogueDigest()).toBe(createHash('sha256').update(file).digest('hex'))
  })

  it('are canonical: sorted keys, two spaces, a final newline', () => {
    expect(file.toString()).toBe(`${JSON.stringify(content, null, 2)}\n`)
    for (const entry of [...content.avss, ...content.cores])
      expect(Object.keys(entry)).toEqual(Object.keys(entry).toSorted())
  })
})

describe('a name that is not there', () => {
  it.for([
    ['mach', ['mach-altlayer', 'mach-cyber', 'mach-dodochain', 'mach-gm-network', 'mach-soneium', 'mach-xterio']],
    ['eigen', ['eigenda', 'eigenda-preprod']],
    ['EigenDA', ['eigenda', 'eigenda-preprod']],
    ['eignda', ['eigenda']],
    ['bervis', ['brevis']],
    ['x', []],
    ['', []],
    ['\u001b[2J', []],
    ['nothing-like-it-at-all', []],
  ] as const)('%s', ([typed, meant]) => {
    expect(similarIds(typed)).toEqual(meant)
  })
})
