// A Safe on the test chain: the contracts of Safe itself (npm package @safe-global/safe-smart-account), as its app sets them up.
import { createRequire } from 'node:module'
import {
  concatHex,
  encodeDeployData,
  encodeFunctionData,
  formatTransactionReceipt,
  pad,
  parseEventLogs,
  zeroAddress,
  type Abi,
  type Address,
  type Hex,
  type RpcTransactionReceipt,
  type TransactionReceipt,
} from 'viem'
import type { Devnet } from '../devnet/devnet.ts'

interface Artefact {
  readonly abi: Abi
  readonly bytecode: Hex
}

const load = createRequire(import.meta.url)
const artefact = (path: string): Artefact =>
  load(`@safe-global/safe-smart-account/build/artifacts/contracts/${path}.json`) as Artefact

const safe = artefact('Safe.sol/Safe')
const factory = artefact('proxies/SafeProxyFactory.sol/SafeProxyFactory')
const handler = artefact('handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler')

async function sent(devnet: Devnet, transaction: { to?: Address; data: Hex }): Promise<TransactionReceipt> {
  const receipt = await devnet.client.request<{ Parameters: unknown; ReturnType: RpcTransactionReceipt }>({
    method: 'eth_sendTransactionSync',
    params: [{ from: devnet.admin, gas: '0xe4e1c0', ...transaction }],
  })
  return formatTransactionReceipt(receipt)
}

async function deployed(devnet: Devnet, { abi, bytecode }: Artefact): Promise<Address> {
  const { contractAddress } = await sent(devnet, { data: encodeDeployData({ abi, bytecode }) })
  if (contractAddress === null || contractAddress === undefined)
    throw new Error('deploying a contract of Safe: no address')
  return contractAddress
}

/** A new Safe. */
export async function deploySafe(
  devnet: Devnet,
  owners: readonly Address[],
  { threshold = 1, answers = true }: { readonly threshold?: number; readonly answers?: boolean } = {},
): Promise<Address> {
  const singleton = await deployed(devnet, safe)
  const makers = await deployed(devnet, factory)
  const fallback = answers ? await deployed(devnet, handler) : zeroAddress
  const none = [zeroAddress, 0n, zeroAddress] as const
  const setup = [owners, BigInt(threshold), zeroAddress, '0x', fallback, ...none]
  const initializer = encodeFunctionData({ abi: safe.abi, functionName: 'setup', args: setup })
  const data = encodeFunctionData({
    abi: factory.abi,
    functionName: 'createProxyWithNonce',
    args: [singleton, initializer, 0n],
  })
  const { logs } = await sent(devnet, { to: makers, data })
  const [created] = parseEventLogs({ abi: factory.abi, logs, eventName: 'ProxyCreation' })
  return (created?.args as unknown as { proxy: Address }).proxy
}

/** Executes a call as its one owner does, who sends the transaction and so needs no signature. */
export function executeSafe(
  devnet: Devnet,
  at: Address,
  owner: Address,
  call: { readonly to: Address; readonly data: Hex },
): Promise<TransactionReceipt> {
  // Safe's signature of type 1: the owner is whoever sends.
  const approved = concatHex([pad(owner), pad('0x'), '0x01'])
  const args = [call.to, 0n, call.data, 0, 0n, 0n, 0n, zeroAddress, zeroAddress, approved]
  return devnet.sendAs(owner, at, encodeFunctionData({ abi: safe.abi, functionName: 'execTransaction', args }))
}
