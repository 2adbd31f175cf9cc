// Two failures that come back alike, without a reason: a call that runs out of gas, and a point that a BN254 precompile refuses.
// Both are provoked in the EVM of the local chain, and the sentences of `send` are held side by side.
import { toFunctionSelector, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run, type Ended } from '../../support/programs.ts'
import { startProxy } from '../../support/proxy.ts'
import { codesIn, readJson, Stage } from '../../support/stage.ts'

const REGISTER = toFunctionSelector(
  'registerOperator(bytes,string,((uint256,uint256),(uint256,uint256),(uint256[2],uint256[2])),(bytes,bytes32,uint256))',
)
const LITTLE = 400_000

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

/** `send` by a node on whose chain the calldata of a registration arrives with one word of it changed. */
async function sentWith(request: string, response: string, word: string, instead: string): Promise<Ended> {
  const asked = (body: string): string => (body.includes(REGISTER) ? body.replaceAll(word, instead) : body)
  const proxy = await startProxy(stage.anvil.rpcUrl, { asked })
  try {
    return await stage.send(request, response, [], proxy.url)
  } finally {
    await proxy.close()
  }
}

/** What was said, on one line. */
const said = ({ stderr }: Ended): string => stderr.replace(/\s+/g, ' ')

interface Points {
  readonly publicKeyG1: readonly [Hex, Hex]
  readonly publicKeyG2: readonly [readonly [Hex, Hex], readonly [Hex, Hex]]
}
const pointsIn = (response: string): Points =>
  (readJson(response) as { pubkeyRegistrationParams: Points }).pubkeyRegistrationParams

const OUT_OF_GAS =
  /out of gas: the limit is 400,000, and it needs about \d{3},\d{3}; no point and no argument is at fault \(out_of_gas\)/
const BAD_POINT =
  /\(empty revert data\): No reason was given: a BN254 precompile failed \(a point off the curve, or G2 coordinates in the wrong order\), which burns all gas up to the limit/

describe('a registration, simulated before it is sent', () => {
  test('with too little gas: the limit, the need and --gas-limit, and no precompile', async () => {
    const [request, response] = await stage.signed(await stage.operator(), ['--gas-limit', String(LITTLE)])
    const ended = await stage.send(request, response)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['out_of_gas']])
    expect(said(ended)).toMatch(OUT_OF_GAS)
    expect(said(ended)).toContain('without `--gas-limit`')
    expect(said(ended)).not.toMatch(/precompile/)
  })

  test.each([
    ['off the curve', ({ publicKeyG1: [, y] }: Points): [Hex, Hex] => [y, `0x${'11'.padStart(64, '0')}`]],
    ['of G2 off the curve', ({ publicKeyG2: [[x]] }: Points): [Hex, Hex] => [x, `0x${'11'.padStart(64, '0')}`]],
  ])('with enough gas and a point %s: the precompile, and no gas limit to raise', async (_, change) => {
    const [request, response] = await stage.signed(await stage.operator())
    const [word, instead] = change(pointsIn(response))
    const ended = await sentWith(request, response, word.slice(2), instead.slice(2))
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['simulation_reverted']])
    expect(said(ended)).toMatch(BAD_POINT)
    expect(said(ended)).toContain('Do not raise the gas limit')
    expect(said(ended)).not.toMatch(/out of gas|out_of_gas/)
    // The same response goes out where nobody changes it.
    expect((await stage.send(request, response)).exitCode).toBe(0)
  })

  test('with both, it is the point: more gas does not help', async () => {
    const [request, response] = await stage.signed(await stage.operator(), ['--gas-limit', String(LITTLE)])
    const [y] = [pointsIn(response).publicKeyG1[1]]
    const ended = await sentWith(request, response, y.slice(2), '11'.padStart(64, '0'))
    expect(codesIn(ended.stderr)).toEqual(['simulation_reverted'])
    expect(said(ended)).toMatch(BAD_POINT)
  })
})

describe('a registration that was mined and reverted', () => {
  const rawOf = async (request: string, response: string): Promise<Hex> => {
    const { stdout } = await run('airlock-hot', ['verify', request, response, '--json'])
    const [first] = (JSON.parse(stdout) as { transactions: { raw: Hex }[] }).transactions
    return first?.raw ?? '0x'
  }

  test('for want of gas', async () => {
    const [request, response] = await stage.signed(await stage.operator(), ['--gas-limit', String(LITTLE)])
    await stage.devnet.client.sendRawTransaction({ serializedTransaction: await rawOf(request, response) })
    const ended = await stage.send(request, response)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['transaction_reverted', 'out_of_gas']])
    expect(said(ended)).toMatch(/it used \d{3},\d{3} gas of its limit of 400,000/)
    expect(said(ended)).toMatch(OUT_OF_GAS)
    expect(said(ended)).not.toContain('precompile')
  })

  test('because a precompile refused a point, which a registry of the AVS handed to it', async () => {
    const { client } = stage.devnet
    const [request, response] = await stage.signed(await stage.operator())
    const before = await client.snapshot()
    const address = (await stage.devnet.read('RegistryCoordinator', 'blsApkRegistry', [])) as Hex
    // ecAdd (0x06) of (1, 1), which is not on the curve, and INVALID where it fails, as BN254.sol has it.
    await client.setCode({ address, bytecode: '0x60016000526001602052604060006080600060065afa601a57fe5b00' })
    await client.sendRawTransaction({ serializedTransaction: await rawOf(request, response) })
    const ended = await stage.send(request, response)
    await client.revert({ id: before })
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['transaction_reverted', 'transaction_reverted']])
    expect(said(ended)).toMatch(BAD_POINT)
    expect(said(ended)).not.toMatch(/out of gas|out_of_gas/)
    const [, used = '', limit = ''] = /it used ([\d,]+) gas of its limit of ([\d,]+)/.exec(said(ended)) ?? []
    const number = (text: string): number => Number(text.replaceAll(',', ''))
    expect(number(used) / number(limit)).toBeGreaterThan(0.95)
  })
})
