// The transactions of a request against those that chains took, and the fee ladder against the rule of the nodes.
import { Transaction } from 'ethers'
import { parseSignature } from 'viem'
import { describe, expect, it } from 'vitest'
import { callSignatures, completeCall, nothingMade } from '../../../src/shared/request/derive.ts'
import { decodeRequest } from '../../../src/shared/request/request.ts'
import { decodeResponse } from '../../../src/shared/request/response.ts'
import {
  assembleTransaction,
  highestCost,
  signingHash,
  transactionFields,
  transactionSender,
} from '../../../src/shared/chain/transaction.ts'
import { bytesOf } from '../../documents/canonical.ts'
import { acceptedResponse, registration, registrations, type Rung } from '../../documents/documents.ts'
import { ladder, requests, RUNG } from '../../documents/valid-requests.ts'

describe('transactions that chains took', () => {
  it.for(registrations.map((from, index) => [index + 1, from] as const))('registration %i', async ([, from]) => {
    const { request } = decodeRequest('testing', bytesOf(from.request))
    const response = decodeResponse('testing', bytesOf(acceptedResponse(from)))
    const { calldata, transactions } = completeCall(request, callSignatures(request, response))
    const theirs = Transaction.from(from.rawTransaction ?? '')
    expect(calldata).toBe(theirs.data)

    const [unsigned] = transactions
    const [signature] = response.transactions ?? []
    if (unsigned === undefined || signature === undefined) throw new Error('no transaction was made')
    expect(signingHash(unsigned)).toBe(theirs.unsignedHash)
    const { raw, hash } = assembleTransaction(unsigned, signature)
    expect(raw).toBe(from.rawTransaction)
    expect(hash).toBe(theirs.hash)
    expect(await transactionSender(raw)).toBe(request.operation.operator)
    expect(parseSignature(signature).yParity).toBe(theirs.signature?.yParity)
  })

  it('are one for each rung at one nonce, the same but for the price', () => {
    const { request } = decodeRequest('testing', bytesOf(requests.register_three_rungs.json))
    const { transactions } = completeCall(request, nothingMade)
    expect(transactions.map(({ maxFeePerGas }) => maxFeePerGas)).toEqual([
      2_000_000_016n,
      2_200_000_018n,
      2_420_000_020n,
    ])
    const others = transactions.map((each) => ({ ...each, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n }))
    for (const other of others) expect(other).toEqual(others[0])
    for (const { value, chainId, nonce, to } of transactions) {
      expect({ value, chainId, nonce, to }).toEqual({
        value: 0n,
        chainId: 31337,
        nonce: 6,
        to: registration(1).request.operation.registryCoordinator,
      })
    }
  })
})

describe('the fee ladder', () => {
  const accepts = (fees: readonly Rung[]): boolean =>
    transactionFields.safeParse({ fees, from: null, gasLimit: 21_000, nonce: 0 }).success
  const rung = (maxFeePerGas: bigint | number, maxPriorityFeePerGas: bigint | number): Rung => ({
    maxFeePerGas: `${maxFeePerGas}`,
    maxPriorityFeePerGas: `${maxPriorityFeePerGas}`,
  })

  /** go-ethereum's rule for a replacement: both prices higher, and by at least 10 %, rounded down. */
  const nodeTakes = (old: Rung, next: Rung): boolean =>
    (['maxFeePerGas', 'maxPriorityFeePerGas'] as const).every((price) => {
      const [was, is] = [BigInt(old[price]), BigInt(next[price])]
      return is > was && is >= (was * 110n) / 100n
    })

  it('may have sixteen rungs', () => {
    expect(accepts(ladder(RUNG, 16))).toBe(true)
    expect(accepts(ladder(RUNG, 17))).toBe(false)
  })

  it.for([
    [rung(100, 10), rung(110, 11), true],
    [rung(100, 10), rung(109, 11), false],
    [rung(100, 10), rung(110, 10), false],
    [rung(100, 10), rung(100, 10), false],
    [rung(100, 10), rung(90, 9), false],
    [rung(2n ** 200n, 10n), rung((2n ** 200n * 11n + 9n) / 10n, 11n), true],
  ] as const)('%o then %o: %s', ([low, high, taken]) => expect(accepts([low, high])).toBe(taken))

  it('is checked rung by rung', () => {
    const [one, two, three] = ladder(RUNG, 3)
    if (one === undefined || two === undefined || three === undefined) throw new Error('no ladder')
    expect(accepts([one, two, three])).toBe(true)
    expect(accepts([one, three])).toBe(true)
    expect(accepts([one, two, two])).toBe(false)
    expect(accepts([one, three, two])).toBe(false)
  })

  it('has no second rung that a node would not take for the first, above zero', () => {
    for (let was = 1; was <= 60; was += 1) {
      for (let is = was; is <= was * 2; is += 1) {
        const [low, high] = [rung(1000 + was, was), rung(2000 + is, is)]
        if (accepts([low, high])) expect(nodeTakes(low, high), `${was} then ${is}`).toBe(true)
      }
    }
  })

  // 10 % more than nothing is nothing, but no node takes an equal price for a higher one.
  it.for([
    [rung(100, 0), rung(110, 0)],
    [rung(0, 0), rung(0, 0)],
  ] as const)('has no two rungs with a tip of zero: %o then %o', ([low, high]) => {
    expect(nodeTakes(low, high)).toBe(false)
    expect(accepts([low, high])).toBe(false)
  })

  it('a tip up to the cap, not above', () => {
    expect(accepts([rung(10, 10)])).toBe(true)
    expect(accepts([rung(10, 11)])).toBe(false)
  })
})

describe('the highest cost', () => {
  it('is that of the dearest rung', () => {
    const fields = transactionFields.parse({ fees: ladder(RUNG, 3), from: null, gasLimit: 1_000_000, nonce: 0 })
    expect(highestCost(fields)).toBe(2_420_000_020n * 1_000_000n)
  })

  it('is nothing where no transaction is signed', () => expect(highestCost(null)).toBe(0n))
})
