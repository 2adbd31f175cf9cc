// The catalogue: spelled as it must be, no fact without a source, and every address that of its source.
//
// The addresses of the sources are in vectors/known-answers/public-deployments.json, each with its repository and commit.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { getAddress, Interface } from 'ethers'
import { describe, expect, it, test } from 'vitest'
import deployments from '../../vectors/known-answers/public-deployments.json' with { type: 'json' }
import content from '../../src/shared/catalogue.json' with { type: 'json' }
import { avss, avssNamed, catalogueDigest, cores, isRegistrable, similarIds } from '../../src/shared/catalogue.ts'

const root = resolve(import.meta.dirname, '../..')
const file = readFileSync(resolve(root, 'src/shared/catalogue.json'))

/** Chain, AVS, contract and address of all that is known, a line each. */
const known = [...cores.map((core) => ({ ...core, id: 'eigenlayer' })), ...avss].flatMap(({ chainId, id, contracts }) =>
  Object.entries(contracts).map(([contract, address]) => `${chainId} ${id} ${contract} ${address}`),
)

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
    expect(catalogueDigest).toBe(createHash('sha256').update(file).digest('hex'))
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
