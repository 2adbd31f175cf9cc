// A policy that speaks of everything, as the object that JSON holds, and the request that it allows to the last digit.
import { edited, type Json } from '../documents/canonical.ts'
import { mainnet, type RequestJson } from '../documents/documents.ts'

export type PolicyJson = { [key: string]: Json }

/** Friday, 2026-01-02 12:00 UTC. */
export const NOON = Date.UTC(2026, 0, 2, 12) / 1000
export const WEEK = 7 * 86_400
export const ALICE = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'
export const BOB = '0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF'
export const KEY = `0x${'ab'.repeat(32)}`

/** The registration with EigenDA on mainnet, built at NOON for a week, with a named BLS key. */
export const policyRequest: RequestJson = edited(mainnet.request, {
  'block.timestamp': NOON,
  expiry: NOON + WEEK,
  'operation.pubkeyRegistration.operatorId': KEY,
  'operation.quorums': [0, 1],
  'operation.socket': '203.0.113.7:32005;32004',
})

const { operation, transaction } = policyRequest

/** Every value is that of the request: one step further in any field refuses it. */
export const fullPolicy: PolicyJson = {
  airlock: 'policy/1',
  network: 'refuse',
  operators: [operation.operator],
  operations: ['register'],
  avss: [
    {
      name: 'eigenda',
      chain: policyRequest.chainId,
      registryCoordinator: operation.registryCoordinator,
      serviceManager: operation.serviceManager,
      avsDirectory: operation.operatorSignature?.avsDirectory ?? '',
      quorums: [0, 1],
      sockets: ['203.0.113.7:*;3200?'],
      blsOperatorId: KEY,
    },
  ],
  expiry: { longest: '7d' },
  // 1,440,000 units at 30 gwei.
  fees: { highest: '0.0432 ether', gasPrice: '30 gwei', gasLimit: transaction?.gasLimit ?? 0, rungs: 1 },
  blsKeys: 'one-per-avs',
  limits: [
    { signatures: 2, window: '24h', per: 'avs' },
    { signatures: 3, window: '7d', per: 'key' },
  ],
  hours: { days: ['fri'], from: '12:00', to: '12:01', utcOffset: '+00:00' },
  approvals: { needed: 1, approvers: [{ name: 'alice', address: ALICE }] },
}
