// AVSs by name: the list, one of them, and what a name stands for on the chain of the node.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../support/programs.ts'
import { codesIn, SOCKET, Stage } from '../support/stage.ts'
import { inProject } from '../support/project.ts'

const file = readFileSync(inProject('src/shared/catalogue/catalogue.json'))
const digest = createHash('sha256').update(file).digest('hex')
/** EigenDA's RegistryCoordinator on mainnet: Layr-Labs/eigenda-docs@04b42c2 docs/networks/mainnet.md. */
const EIGENDA = '0x0BAAc79acD45A023E19345c352d8a7a83C4e5656'
const NOBODY = '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A'

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe('both programs carry the same catalogue', () => {
  test('by their own words', async () => {
    const [hot, cold] = await Promise.all([
      run('airlock-hot', ['avs', 'list', '--json']),
      run('airlock-cold', ['selftest', '--json']),
    ])
    expect((JSON.parse(hot.stdout) as { catalogue: string }).catalogue).toBe(digest)
    expect((JSON.parse(cold.stdout) as { catalogue: string }).catalogue).toBe(digest)
  })

  test('by their bytes: the data stands in both files alike', () => {
    const held = ['hot', 'cold'].map((side) => {
      const bundle = readFileSync(inProject(`dist/airlock-${side}.mjs`), 'utf8')
      return /airlock: "catalogue\/1",[^]*?\n};/.exec(bundle)?.[0]
    })
    expect(held[0]).toContain(EIGENDA)
    expect(held[1]).toBe(held[0])
  })
})

describe('avs list', () => {
  test('has every AVS under its chain, in 80 columns, and the digest', async () => {
    const { exitCode, stdout } = await run('airlock-hot', ['avs', 'list'])
    expect(exitCode).toBe(0)
    const { avss } = JSON.parse(file.toString()) as { avss: { id: string; name: string }[] }
    expect(
      stdout.match(/^ {2}[a-z0-9-]+ +\S.* (m2|eigenda|m2-fork|ecdsa-stake|othentic|own)( \(.*\))?$/gm),
    ).toHaveLength(avss.length)
    for (const { id, name } of avss)
      expect(stdout).toMatch(new RegExp(`^  ${id} +${name.replaceAll(/[()]/g, '\\$&')} `, 'm'))
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(stdout).toContain(digest)
  })

  test('of one chain, and of a chain without any', async () => {
    const holesky = await run('airlock-hot', ['avs', 'list', '--chain', '17000', '--json'])
    const { avss } = JSON.parse(holesky.stdout) as { avss: { chainId: number; id: string; registrable: boolean }[] }
    expect(new Set(avss.map(({ chainId }) => chainId))).toEqual(new Set([17_000]))
    expect(avss.find(({ id }) => id === 'arpa')?.registrable).toBe(false)
    expect(avss.find(({ id }) => id === 'eigenda')?.registrable).toBe(true)
    const none = await run('airlock-hot', ['avs', 'list', '--chain', '5'])
    expect([none.exitCode, none.stdout.split('\n')[0]]).toEqual([0, 'The catalogue has no AVS on that chain.'])
  })
})

describe('avs show', () => {
  test('shows an AVS on each of its chains', async () => {
    const { exitCode, stdout } = await run('airlock-hot', ['avs', 'show', 'eigenda'])
    expect(exitCode).toBe(0)
    expect(stdout.match(/^EigenDA on /gm)).toHaveLength(4)
    expect(stdout).toContain(EIGENDA)
  })

  test('on one chain, with the names of its quorums', async () => {
    const { stdout } = await run('airlock-hot', ['avs', 'show', 'eigenda', '--chain', '17000', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      avss: [{ chainId: 17_000, quorums: [{}, { name: 'WETH', number: 1 }, {}] }],
    })
  })

  test('of another kind says how it registers, and that it is not done here', async () => {
    const { stdout } = await run('airlock-hot', ['avs', 'show', 'openlayer'])
    expect(stdout).toMatch(/^ {2}Built here {3}no$/m)
    expect(stdout).toMatch(/^ {2}Registers by {1}registerOperator\(/m)
  })

  test('of a kind that another command builds says which', async () => {
    const { stdout } = await run('airlock-hot', ['avs', 'show', 'hyperlane'])
    expect(stdout).toMatch(/^ {2}Built here {3}build register-with-stake-registry --avs hyperlane$/m)
    expect(stdout).toContain('registerOperatorWithSignature(')
  })

  const refused: readonly (readonly [string, readonly string[], number, string, string])[] = [
    ['a name that is a part of others', ['mach'], 2, 'avs_name_unknown', 'mach-altlayer, mach-cyber'],
    ['a slip', ['eignda'], 2, 'avs_name_unknown', 'did you mean eigenda?'],
    ['a hostile name', ['\u001b[2J'], 2, 'avs_name_unknown', '"\\u{1b}[2J"'],
    ['a chain that it is not on', ['brevis', '--chain', '560048'], 6, 'avs_not_on_chain', 'not on Hoodi'],
  ]
  test.each(refused)('%s is refused', async (_, args, exitCode, code, words) => {
    const ended = await run('airlock-hot', ['avs', 'show', ...args])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([exitCode, [code]])
    expect(flat(ended.stderr)).toContain(words)
  })
})

/** Where nothing listens: what is refused before a node is asked does not say so. */
const NO_NODE = 'http://127.0.0.1:9'

const build = (rpcUrl: string, args: readonly string[]): ReturnType<typeof run> =>
  run('airlock-hot', [
    ...['build', 'register', '--operator', NOBODY, '--quorums', '0', '--socket', SOCKET],
    ...['-o', '/nonexistent/request.json', '--rpc-url', rpcUrl, ...args],
  ])

describe('refused before a node is asked', () => {
  const refused: readonly (readonly [string, readonly string[], number, string, string])[] = [
    ['neither name nor address', [], 2, 'usage', 'neither of --avs'],
    ['name and address', ['--avs', 'eigenda', '--registry-coordinator', EIGENDA], 2, 'usage', 'both of --avs'],
    ['an unknown name', ['--avs', 'eigendaa'], 2, 'avs_name_unknown', 'did you mean eigenda'],
    ['another chain', ['--avs', 'mach-cyber', '--chain', '17000'], 6, 'avs_not_on_chain', 'it on Ethereum mainnet'],
    ['another kind', ['--avs', 'eoracle', '--chain', '1'], 3, 'avs_kind_unsupported', 'a fork of the M2 middleware'],
    ['no coordinator', ['--avs', 'eigenda', '--chain', '560048'], 2, 'avs_coordinator_unknown', 'of EigenDA on Hoodi'],
  ]
  test.each(refused)('%s', async (_, args, exitCode, code, words) => {
    const ended = await build(NO_NODE, args)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([exitCode, [code]])
    expect(flat(ended.stderr)).toContain(words)
  })

  test('by status as well', async () => {
    const ended = await run('airlock-hot', ['status', '--operator', NOBODY, '--rpc-url', NO_NODE])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['usage']])
  })
})

describe('on a chain with the number of mainnet', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await Stage.open({}, [], 1)
  })
  afterAll(() => stage.close())

  test('the name is the address: where no contract is, the refusal says which', async () => {
    const request = stage.path('request.json')
    const wish = ['--avs', 'mach-cyber', '-o', request]
    const ended = await build(stage.anvil.rpcUrl, wish)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['no_contract_code']])
    // Cyber's RegistryCoordinator: alt-research/mach-avs@4a83f6f docs/Deployments.md.
    expect(ended.stderr).toContain('0x118610D207A32f10F4f7C3a1FEFac5b3327c2bad')
  })

  test('status asks the contract at that address; build does not take another for it', async () => {
    // A contract that hands each call on to the test coordinator and its answer back.
    const target = stage.devnet.registryCoordinator.slice(2)
    const code = `0x365f5f375f5f365f73${target}5afa3d5f5f3e6029573d5ffd5b3d5ff3`
    await rpc(stage.anvil.rpcUrl, 'anvil_setCode', [EIGENDA, code])
    const { operator } = await stage.operator()
    const asked = ['--avs', 'eigenda', '--operator', operator, '--rpc-url', stage.anvil.rpcUrl]
    const state = await run('airlock-hot', ['status', ...asked, '--json'])
    expect(JSON.parse(state.stdout)).toMatchObject({
      registryCoordinator: EIGENDA,
      serviceManager: stage.devnet.serviceManager,
    })
    const ended = await build(stage.anvil.rpcUrl, [
      '--avs',
      'eigenda',
      '--operator',
      operator,
      '-o',
      stage.path('r.json'),
    ])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['message_point_mismatch']])
  })

  test('an AVS that is on other chains only is refused by name', async () => {
    const ended = await build(stage.anvil.rpcUrl, ['--avs', 'eigenda-preprod', '-o', stage.path('request.json')])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['avs_not_on_chain']])
    expect(flat(ended.stderr)).toContain('eigenda-preprod is not on Ethereum mainnet, chain 1')
  })
})

async function rpc(url: string, method: string, params: readonly unknown[]): Promise<void> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect(await answer.json()).not.toHaveProperty('error')
}
