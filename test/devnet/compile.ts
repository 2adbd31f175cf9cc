// Compiles the devnet's contracts with solc-js and remembers the result.
//
// Two groups, so that whoever needs M2 alone waits for M2 alone.
// Cold: about 10 seconds for a group. Cached: a few milliseconds. The cache is node_modules/.cache/airlock-devnet, one
// file per SHA-256 of compiler version, settings and sources, written beside its place and renamed into it, so any
// number of test processes may compile at once; the losers of the race have only wasted their time.
//
// solc runs as a child process: in our own it would block the event loop and leave an unhandledRejection handler behind.

import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Abi, Hex } from 'viem'

const CONTRACTS = fileURLToPath(new URL('contracts/', import.meta.url))
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/airlock-devnet/', import.meta.url))
/** A bound for what hangs: far more than a busy machine needs. */
const COMPILE_TIMEOUT_MS = 600_000

/** The contracts of M2's middleware and of the core that it stands on, each with the file it is in. */
const M2 = {
  DelegationManagerM2: 'DelegationManager.sol',
  DelegationManager: 'DelegationManager.sol',
  AVSDirectoryM2: 'AVSDirectory.sol',
  AVSDirectory: 'AVSDirectory.sol',
  BLSApkRegistry: 'BLSApkRegistry.sol',
  StakeRegistry: 'StakeRegistry.sol',
  IndexRegistry: 'IndexRegistry.sol',
  RegistryCoordinator: 'RegistryCoordinator.sol',
  ServiceManager: 'ServiceManager.sol',
  MachServiceManager: 'MachServiceManager.sol',
  HashToG1: 'HashToG1.sol',
  ContractOperator: 'ContractOperator.sol',
} as const

/** Those of operator sets, and the ECDSA stake registry. */
const CURRENT = {
  PermissionController: 'PermissionController.sol',
  AllocationManager: 'AllocationManager.sol',
  KeyRegistrar: 'KeyRegistrar.sol',
  AVSRegistrar: 'AVSRegistrarWithSocket.sol',
  AVSRegistrarWithSocket: 'AVSRegistrarWithSocket.sol',
  SlashingRegistryCoordinator: 'SlashingRegistryCoordinator.sol',
  CoordinatorBesideSets: 'CoordinatorBesideSets.sol',
  SlashingBLSApkRegistry: 'SlashingRegistries.sol',
  SlashingStakeRegistry: 'SlashingRegistries.sol',
  SlashingIndexRegistry: 'SlashingRegistries.sol',
  ECDSAStakeRegistry: 'ECDSAStakeRegistry.sol',
  ECDSAServiceManager: 'ECDSAStakeRegistry.sol',
} as const

/** Proxies that are put before other contracts. */
const PROXIES = {
  UpgradeableProxy: 'Proxies.sol',
  Beacon: 'Proxies.sol',
  BeaconProxy: 'Proxies.sol',
} as const

export type ContractName = keyof typeof M2
export type ProxyName = keyof typeof PROXIES
export type CurrentContractName = ContractName | keyof typeof CURRENT

export interface Artefact {
  readonly abi: Abi
  readonly bytecode: Hex
}

export type Artefacts<Name extends string = ContractName> = Readonly<Record<Name, Artefact>>

type FilesOf<Name extends string> = Readonly<Record<Name, string>>

/** Those of M2 and the core. */
export async function compileContracts(): Promise<Artefacts> {
  return compileGroup(M2)
}

/** All of them. */
export async function compileAll(): Promise<Artefacts<CurrentContractName>> {
  const [m2, current] = await Promise.all([compileGroup(M2), compileGroup(CURRENT)])
  return { ...m2, ...current }
}

/** The proxies alone. */
export async function compileProxies(): Promise<Artefacts<ProxyName>> {
  return compileGroup(PROXIES)
}

async function compileGroup<Name extends string>(fileOf: FilesOf<Name>): Promise<Artefacts<Name>> {
  const solc = createRequire(import.meta.url).resolve('solc/package.json')
  const { version } = JSON.parse(await readFile(solc, 'utf8')) as { version: string }
  const input = await standardInput(fileOf)
  const cached = join(CACHE, `${createHash('sha256').update(version).update(input).digest('hex')}.json`)

  const known = await readIfThere(cached)
  if (known !== undefined) return JSON.parse(known) as Artefacts<Name>

  const artefacts = pick(fileOf, await runSolc(join(dirname(solc), 'solc.js'), input))
  await mkdir(CACHE, { recursive: true })
  const beside = `${cached}.${randomBytes(8).toString('hex')}`
  await writeFile(beside, JSON.stringify(artefacts))
  await rename(beside, cached)
  return artefacts
}

async function standardInput(fileOf: FilesOf<string>): Promise<string> {
  const files = (await readdir(CONTRACTS)).filter((file) => file.endsWith('.sol')).sort()
  const contents = await Promise.all(files.map((file) => readFile(join(CONTRACTS, file), 'utf8')))
  return JSON.stringify({
    language: 'Solidity',
    sources: Object.fromEntries(files.map((file, i) => [file, { content: contents[i] }])),
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: 'paris',
      outputSelection: selectionOf(fileOf),
    },
  })
}

/** Code is made for what is asked for only, which is what takes the time. */
function selectionOf(fileOf: FilesOf<string>): Record<string, Record<string, string[]>> {
  const selection: Record<string, Record<string, string[]>> = {}
  for (const [name, file] of Object.entries(fileOf)) {
    selection[file] = { ...selection[file], [name]: ['abi', 'evm.bytecode.object'] }
  }
  return selection
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

interface SolcOutput {
  errors?: { severity: string; formattedMessage: string }[]
  contracts?: Record<string, Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>>
}

/** Its answer goes into a file: solcjs ends itself before a pipe is empty, so that of a long answer the end is lost. */
async function runSolc(program: string, input: string): Promise<SolcOutput> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-solc-'))
  const answer = await open(join(folder, 'answer.json'), 'w+')
  try {
    const stdio: ['pipe', number, 'inherit'] = ['pipe', answer.fd, 'inherit']
    const child = spawn(process.execPath, [program, '--standard-json'], { stdio, timeout: COMPILE_TIMEOUT_MS })
    child.stdin?.end(input)
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`compiling the devnet's contracts: solc did not finish: it ended with ${code}`)
    // solcjs may print a notice before the JSON.
    const text = await readFile(join(folder, 'answer.json'), 'utf8')
    return JSON.parse(text.slice(text.indexOf('{'))) as SolcOutput
  } finally {
    await answer.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function pick<Name extends string>(fileOf: FilesOf<Name>, output: SolcOutput): Artefacts<Name> {
  const complaints = (output.errors ?? []).map((error) => error.formattedMessage)
  if (complaints.length > 0) throw new Error(`compiling the devnet's contracts: solc says\n${complaints.join('\n')}`)
  const pairs = Object.entries<string>(fileOf).map(([name, file]) => {
    const contract = output.contracts?.[file]?.[name]
    if (contract === undefined) throw new Error(`compiling the devnet's contracts: no ${name} in ${file}`)
    return [name, { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` }] as const
  })
  return Object.fromEntries(pairs) as unknown as Artefacts<Name>
}
