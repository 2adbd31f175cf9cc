// What became of a transaction: written by send however it ended, recorded by the ledger that signed it, refused by any other.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseEther, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../support/programs.ts'
import { codesIn, readJson, Stage } from '../support/stage.ts'
import { sealed, sha256, type Fields } from './pack.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

const record = (receipt: string, ...more: readonly string[]): ReturnType<typeof run> =>
  run('airlock-cold', ['ledger', 'receipt', receipt, ...more])

/** What a receipt says that the contracts said, by name. */
const factsIn = (path: string): Readonly<Record<string, string>> => {
  const { readBack } = readJson(path) as { readBack: readonly { name: string; value: string }[] }
  return Object.fromEntries(readBack.map(({ name, value }) => [name, value]))
}

describe('send --receipt', () => {
  test('says what the node says, and the same when run again', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const [first, second] = [stage.path('receipt.json'), stage.path('receipt.json')]
    expect((await stage.send(request, response, ['--receipt', first])).exitCode).toBe(0)
    expect((await stage.send(request, response, ['--receipt', second])).exitCode).toBe(0)
    expect(readFileSync(second).equals(readFileSync(first))).toBe(true)
    const told = readJson(first) as { transaction: Hex; block: { hash: Hex } }
    const mined = await stage.devnet.client.getTransactionReceipt({ hash: told.transaction })
    const { timestamp } = await stage.devnet.client.getBlock({ blockHash: told.block.hash })
    expect(told).toMatchObject({
      block: { hash: mined.blockHash, number: Number(mined.blockNumber), timestamp: Number(timestamp) },
      feeWei: String(mined.gasUsed * mined.effectiveGasPrice),
      gasUsed: Number(mined.gasUsed),
      requestDigest: sha256(readFileSync(request)),
      status: 'success',
    })
    expect(factsIn(first)).toMatchObject({
      operator: keys.operator,
      RegistryCoordinator: 'REGISTERED',
      AVSDirectory: 'REGISTERED',
      quorums: '0, 1',
    })
  })

  test('an existing file is kept, and nothing is sent', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const path = stage.path('receipt.json')
    writeFileSync(path, 'mine')
    const ended = await stage.send(request, response, ['--receipt', path])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['output_exists']])
    expect(await stage.devnet.read('RegistryCoordinator', 'getOperatorStatus', [keys.operator])).toBe(0)
    expect((await stage.send(request, response, ['--receipt', path, '--force', '--json'])).exitCode).toBe(0)
    expect(readJson(path)).toMatchObject({ status: 'success' })
  })

  test('a transaction that reverted: the receipt is there, and the command fails as before', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const { stdout } = await run('airlock-hot', ['verify', request, response, '--json'])
    const [{ raw }] = (JSON.parse(stdout) as { transactions: [{ raw: Hex }] }).transactions
    await stage.devnet.pauseCoordinator(true)
    await stage.devnet.client.sendRawTransaction({ serializedTransaction: raw })
    const path = stage.path('receipt.json')
    const ended = await stage.send(request, response, ['--receipt', path])
    await stage.devnet.pauseCoordinator(false)
    expect([ended.exitCode, codesIn(ended.stderr)[0]]).toEqual([7, 'transaction_reverted'])
    expect(readJson(path)).toMatchObject({ status: 'reverted', readBack: null })
    const kept = await record(path, '--json')
    expect(JSON.parse(kept.stdout)).toMatchObject({ known: false, status: 'reverted' })
  })

  test('a transaction that left the operator out: the receipt says so', async () => {
    const devnet = await stage.deploy({ autoChurn: true, quorums: [{ minimumStake: 0n, maxOperatorCount: 1 }] })
    await devnet.fillQuorum(0, parseEther('50'))
    const keys = await stage.operator({ devnet })
    const [request, response] = await stage.signed(keys, ['--quorums', '0'], devnet)
    const { stdout } = await run('airlock-hot', ['verify', request, response, '--json'])
    const [first] = (JSON.parse(stdout) as { transactions: readonly { raw: Hex }[] }).transactions
    // Sent by somebody else, once the operator has less than when it was built: `send` would refuse.
    await devnet.setShares(keys.operator, parseEther('49'))
    await devnet.client.sendRawTransaction({ serializedTransaction: first?.raw ?? '0x' })
    const path = stage.path('receipt.json')
    const ended = await stage.send(request, response, ['--receipt', path])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['mined_but_not_registered']])
    expect(factsIn(path)['quorums']).toBe('none')
    expect(factsIn(path)['RegistryCoordinator']).not.toBe('REGISTERED')
  })
})

describe('ledger receipt', () => {
  test('from a picture of its code; the same one twice is one entry', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const path = stage.path('receipt.json')
    await stage.send(request, response, ['--receipt', path])
    const codes = stage.path('codes')
    expect((await run('airlock-hot', ['qr', path, '--png', codes])).exitCode).toBe(0)
    const first = JSON.parse((await record(codes, '--json')).stdout) as { entry: number; known: boolean }
    const second = JSON.parse((await record(path, '--json')).stdout) as { entry: number; known: boolean }
    expect([first.known, second]).toEqual([false, { ...second, entry: first.entry, known: true }])
  })

  test('of a request that this ledger never signed, of a transaction that it never signed, of nothing', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const path = stage.path('receipt.json')
    await stage.send(request, response, ['--receipt', path])
    const own = JSON.parse(readFileSync(path, 'utf8')) as Fields
    const changed = stage.path('receipt.json')
    const cases: readonly (readonly [Fields, string])[] = [
      [{ requestDigest: 'ab'.repeat(32) }, 'receipt_without_request'],
      [{ transaction: `0x${'12'.repeat(32)}` }, 'receipt_transaction_unknown'],
    ]
    for (const [defect, code] of cases) {
      writeFileSync(changed, sealed({ ...own, ...defect }))
      const ended = await record(changed)
      expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([3, [code]])
    }
    const nowhere = stage.path('ledger')
    const none = await record(path, '--ledger', nowhere)
    expect([none.exitCode, codesIn(none.stderr), existsSync(nowhere)]).toEqual([2, ['ledger_missing'], false])
    const wrong = await record(request)
    expect([wrong.exitCode, codesIn(wrong.stderr)]).toEqual([3, ['document_kind_wrong']])
  })
})
