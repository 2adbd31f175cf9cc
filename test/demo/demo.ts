// The main job on an embedded chain: `npm run demo`. With `-- --qr` both documents cross as QR codes in pictures instead of
// as files; with `-- --keep FOLDER` the files stay, to be looked at.
//
// Starts anvil, deploys the test contracts, makes throw-away keys, and then types what an operator would type, showing
// each command and its screen. Every step is a real process of the built programs; a failing one fails the demo by name.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseAbi, parseEther } from 'viem'
import { startAnvil } from '../devnet/anvil.ts'
import { deployDevnet } from '../devnet/deploy.ts'
import type { Devnet } from '../devnet/devnet.ts'
import { makeKeyFiles, type KeyFiles } from '../support/keystores.ts'
import { approve, canUnshare, policyFlags, runProcessInTerminal, type ProgramName } from '../support/programs.ts'
import { demoOfAll } from './all.ts'

const QUORUMS = [0, 1]
const LEDGER = ['--ledger', 'ledger']

/** What crossed, and how. */
interface Carried {
  readonly qr: boolean
  /** The response, by the name that it has online. */
  readonly response: string
}

interface Options {
  readonly keep: string | null
  readonly qr: boolean
}

function parse(argv: readonly string[]): Options {
  const words = argv.filter((word) => word !== '--qr')
  const [flag, folder, ...rest] = words
  const qr = words.length < argv.length
  if (flag === undefined) return { keep: null, qr }
  if (flag === '--keep' && folder !== undefined && rest.length === 0) return { keep: resolve(folder), qr }
  console.error('usage: npm run demo [-- [--qr] [--keep FOLDER] | --all [--verbose]]')
  process.exit(2)
}

function makeFolder({ keep }: Options): string {
  if (keep === null) return mkdtempSync(join(tmpdir(), 'airlock-demo-'))
  mkdirSync(keep, { recursive: true })
  if (readdirSync(keep).length === 0) return keep
  console.error(`demo: ${keep} is not empty; name a new folder`)
  process.exit(2)
}

let step = 'setting up'

function say(title: string): void {
  step = title
  console.log(`\n=== ${title} ${'='.repeat(Math.max(0, 75 - title.length))}`)
}

/** Types one command, shows its screen, and fails the demo when it fails. */
async function type(cwd: string, name: ProgramName, args: readonly string[]): Promise<void> {
  const spelled = args.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `'${part}'`)).join(' ')
  console.log(`$ ${name} ${spelled}\n`)
  const answers = name === 'airlock-cold' && args[0] === 'sign' ? [approve] : []
  const { exitCode } = await runProcessInTerminal(name, args, answers, {
    cwd,
    onScreen: (text) => process.stdout.write(text),
  })
  if (exitCode !== 0) throw new Error(`${name} ${args[0] ?? ''} ended with exit code ${exitCode}`)
}

/** Carries a document across: shown as codes on one side, scanned on the other. Gives the name that it has there. */
async function carry(folder: string, file: string, from: ProgramName, to: ProgramName): Promise<string> {
  const [name = ''] = file.split('.')
  await type(folder, from, ['qr', file, '--png', `${name}-codes`])
  await type(folder, to, ['scan', `${name}-codes`, '-o', `${name}-scanned.json`])
  return `${name}-scanned.json`
}

async function ceremony(folder: string, devnet: Devnet, keys: KeyFiles, qr: boolean): Promise<Carried> {
  const rpc = ['--rpc-url', devnet.rpcUrl]
  const inFolder = (path: string): string => path.slice(folder.length + 1)
  const inFolderOrFlag = (word: string): string => (word.startsWith('--') ? word : inFolder(word))

  say('1. Online: build the request')
  const wish = ['--registry-coordinator', devnet.registryCoordinator, '--operator', keys.operator]
  const quorums = ['--quorums', QUORUMS.join(','), '--socket', '203.0.113.7:32005;32006']
  await type(folder, 'airlock-hot', [
    'build',
    'register',
    ...wish,
    ...quorums,
    ...rpc,
    '--verbose',
    '-o',
    'request.json',
  ])

  say('2. Offline: look at it')
  const request = qr ? await carry(folder, 'request.json', 'airlock-hot', 'airlock-cold') : 'request.json'
  await type(folder, 'airlock-cold', ['inspect', request])

  say('3. Offline: sign it')
  const ecdsa = [
    '--ecdsa-keystore',
    inFolder(keys.ecdsaKeystore),
    '--ecdsa-password-file',
    inFolder(keys.ecdsaPasswordFile),
  ]
  const bls = ['--bls-keystore', inFolder(keys.blsKeystore), '--bls-password-file', inFolder(keys.blsPasswordFile)]
  const flags = [...LEDGER, ...policyFlags(folder).map(inFolderOrFlag)]
  await type(folder, 'airlock-cold', ['sign', request, '-o', 'response.json', ...flags, ...ecdsa, ...bls])

  say('4. Online: check the response')
  const response = qr ? await carry(folder, 'response.json', 'airlock-cold', 'airlock-hot') : 'response.json'
  await type(folder, 'airlock-hot', ['verify', 'request.json', response])

  say('5. Online: send it')
  await type(folder, 'airlock-hot', ['send', 'request.json', response, ...rpc])
  return { qr, response }
}

/** Asks the contracts, with other code than the programs', whether the operator is in. */
async function readBack(devnet: Devnet, operator: `0x${string}`): Promise<string> {
  say('6. The contracts say')
  const abi = parseAbi([
    'function getOperatorStatus(address) view returns (uint8)',
    'function getOperatorId(address) view returns (bytes32)',
    'function getCurrentQuorumBitmap(bytes32) view returns (uint192)',
    'function avsOperatorStatus(address,address) view returns (uint8)',
  ])
  const { registryCoordinator: address, avsDirectory, serviceManager, client } = devnet
  const status = await client.readContract({ abi, address, functionName: 'getOperatorStatus', args: [operator] })
  const id = await client.readContract({ abi, address, functionName: 'getOperatorId', args: [operator] })
  const bitmap = await client.readContract({ abi, address, functionName: 'getCurrentQuorumBitmap', args: [id] })
  const avsStatus = await client.readContract({
    ...{ abi, address: avsDirectory, functionName: 'avsOperatorStatus', args: [serviceManager, operator] },
  } as const)
  const expected = QUORUMS.reduce((bits, quorum) => bits | (1n << BigInt(quorum)), 0n)
  console.log(`RegistryCoordinator.getOperatorStatus  ${status}\nAVSDirectory.avsOperatorStatus        ${avsStatus}`)
  console.log(`RegistryCoordinator quorum bitmap      0b${bitmap.toString(2)}`)
  if (status !== 1 || avsStatus !== 1 || bitmap !== expected) throw new Error('the operator is not registered')
  return `operator ${operator} is REGISTERED for quorums ${QUORUMS.join(', ')}`
}

/** What the offline machine remembers of it. */
async function showLedger(folder: string): Promise<void> {
  say('7. Offline: the ledger')
  await type(folder, 'airlock-cold', ['ledger', 'list', ...LEDGER])
  await type(folder, 'airlock-cold', ['ledger', 'verify', ...LEDGER])
}

/** The outcome brought back into the ledger, and a pack that anybody can check. */
async function giveEvidence(folder: string, { rpcUrl }: Devnet, { qr, response }: Carried): Promise<void> {
  say('8. The receipt, and evidence')
  const receipt = ['--receipt', 'receipt.json', '--rpc-url', rpcUrl]
  await type(folder, 'airlock-hot', ['send', 'request.json', response, ...receipt])
  const carried = qr ? await carry(folder, 'receipt.json', 'airlock-hot', 'airlock-cold') : 'receipt.json'
  await type(folder, 'airlock-cold', ['ledger', 'receipt', carried, ...LEDGER])
  await type(folder, 'airlock-cold', ['ledger', 'export', '-o', 'evidence', '--entry', '2', ...LEDGER])
  await type(folder, 'airlock-hot', ['evidence', 'verify', 'evidence', '--anchor', response])
}

async function mainJob(options: Options): Promise<void> {
  const folder = makeFolder(options)
  // Not the ledger, journal and anchors of the person who runs the demo: its chain is gone a minute later.
  process.env['HOME'] = folder
  const anvil = await startAnvil()
  try {
    say('Set-up: a chain, the test contracts, throw-away keys')
    const devnet = await deployDevnet(anvil.rpcUrl)
    const keys = await makeKeyFiles(folder, 'standard')
    await devnet.makeOperator(keys.operator, parseEther('100'))
    console.log(`anvil at ${anvil.rpcUrl}; RegistryCoordinator ${devnet.registryCoordinator}`)
    console.log(`operator ${keys.operator}, registered with EigenLayer, 100 ETH delegated`)
    console.log(
      canUnshare
        ? 'airlock-cold runs in a network namespace without interfaces'
        : 'this system gives no network namespace: airlock-cold runs with the network there, and a policy that allows it',
    )
    const carried = await ceremony(folder, devnet, keys, options.qr)
    const result = await readBack(devnet, keys.operator)
    await showLedger(folder)
    await giveEvidence(folder, devnet, carried)
    if (options.keep !== null) console.log(`\nThe files are in ${folder}`)
    console.log(`\nDemo passed: ${result}.`)
  } catch (error) {
    console.error(`\nDemo FAILED at "${step}": ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  } finally {
    await anvil.stop()
    if (options.keep === null) rmSync(folder, { recursive: true, force: true })
  }
}

const argv = process.argv.slice(2)
if (argv.includes('--all') && argv.every((word) => word === '--all' || word === '--verbose')) {
  if (!(await demoOfAll(argv.includes('--verbose')))) process.exitCode = 1
} else await mainJob(parse(argv))
