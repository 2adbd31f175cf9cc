// What one visit for many costs: `npx tsx scripts/bench-bundle.ts [OPERATORS] [AVSS]`, by default 20 operators at 5 AVSs each.
//
// Prints the table of docs/ceremony.md: one registration for each operator at each AVS on a fresh chain, all in one bundle,
// through the built programs; key files at the cost that eigenlayer-cli gives them; over files, and over QR codes, as pictures and
// before the camera of a page.
import { bn254 } from '@noble/curves/bn254.js'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseEther } from 'viem'
import { operatorIdOf } from '../test/devnet/churn.ts'
import type { Devnet } from '../test/devnet/devnet.ts'
import { blsKeystore, makeKeyFiles, type KeyFiles } from '../test/support/keystores.ts'
import { approve, policyFlags, run, runInTerminal, type ProgramName } from '../test/support/programs.ts'
import { SOCKET, Stage } from '../test/support/stage.ts'
import { documentCodes } from '../src/shared/qr/document-codes.ts'
import { packDocument } from '../src/shared/qr/packed.ts'
import { crossByCamera } from '../test/support/browser.ts'
import { screenOf } from '../test/support/camera.ts'

const [operators = 20, avss = 5] = process.argv.slice(2).map(Number)
const PASSWORD = 'one for all of them'
const LONG = { seconds: 3600 }
const stage = await Stage.open()
// Not the journal of whoever measures.
process.env['HOME'] = stage.folder
const rows: (readonly [string, string])[] = []

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  const seconds = (performance.now() - start) / 1000
  rows.push([what, `${seconds.toFixed(1)} s`])
  console.error(`${what}: ${seconds.toFixed(1)} s`)
  return result
}

async function typed(name: ProgramName, args: readonly string[]): Promise<string> {
  const { exitCode, stderr, stdout } = await run(name, args, LONG)
  if (exitCode !== 0) throw new Error(`${name} ${args[0] ?? ''}: ${stderr}`)
  return stdout
}

/** A BLS key of its own for an operator at an AVS, as the ledger wants it: its operator id. */
function blsKey(name: string): string {
  const secret = (BigInt(`0x${randomBytes(40).toString('hex')}`) % (bn254.G1.Point.Fn.ORDER - 1n)) + 1n
  const path = join(stage.folder, 'operator_keys', `${name}.bls.key.json`)
  writeFileSync(path, blsKeystore(secret, PASSWORD, 262_144), { mode: 0o600 })
  const { x, y } = bn254.G1.Point.BASE.multiply(secret).toAffine()
  return operatorIdOf([x, y])
}

const sizeOf = (path: string): string =>
  `${statSync(path).size} bytes as a file, ${packDocument(readFileSync(path)).length} packed`

/** Crosses before the camera of a page, and comes out the same. */
async function filmed(path: string): Promise<void> {
  const codes = documentCodes(readFileSync(path))
  const screens = codes.round.map((number) => screenOf(codes.qr(number)))
  for (const codesPerSecond of [5, 10]) {
    const { bytes, seconds } = await crossByCamera(stage.path('camera.y4m'), screens, { codesPerSecond })
    if (!bytes.equals(readFileSync(path))) throw new Error('what the camera saw differs')
    rows.push([`before a camera, ${codesPerSecond} codes a second`, `${seconds.toFixed(1)} s`])
  }
}

/** Crosses as pictures of codes, and comes out the same. */
async function carried(path: string, from: ProgramName, to: ProgramName): Promise<void> {
  const [codes, out] = [stage.path('codes'), stage.path('scanned.json')]
  const { parts, version } = JSON.parse(await typed(from, ['qr', path, '--json'])) as { parts: number; version: number }
  rows.push([`codes of ${path.replace(/.*-/, '')}`, `${parts} of version ${version}`])
  await timed(`${from} qr --png`, () => typed(from, ['qr', path, '--png', codes]))
  await timed(`${to} scan, ${readdirSync(codes).length} pictures`, () => typed(to, ['scan', codes, '-o', out]))
  if (!readFileSync(out).equals(readFileSync(path))) throw new Error('what was scanned differs')
  await filmed(path)
}

try {
  const devnets: Devnet[] = []
  for (let index = 0; index < avss; index += 1) devnets.push(await stage.deploy({}))
  const people: KeyFiles[] = []
  for (let index = 0; index < operators; index += 1) {
    const keys = await makeKeyFiles(stage.folder, 'standard', `operator${index}`, PASSWORD)
    for (const devnet of devnets) await devnet.makeOperator(keys.operator, parseEther('100'))
    people.push(keys)
  }
  const ids = people.map((_, index) => devnets.map((_, avs) => blsKey(`operator${index}-avs${avs}`)))
  const requests = await timed(`build, ${operators * avss} times one by one`, async () => {
    const paths: string[] = []
    for (const [index, keys] of people.entries()) {
      for (const [avs, devnet] of devnets.entries()) {
        const path = stage.path('request.json')
        const id = ['--operator-id', ids[index]?.[avs] ?? '']
        const wish = ['--registry-coordinator', devnet.registryCoordinator, '--operator', keys.operator, ...id]
        const flags = ['--quorums', '0', '--socket', SOCKET, '--rpc-url', stage.anvil.rpcUrl, '-o', path]
        await typed('airlock-hot', ['build', 'register', ...wish, ...flags])
        paths.push(path)
      }
    }
    return paths
  })
  const [bundle, responses, password] = [
    stage.path('bundle.json'),
    stage.path('responses.json'),
    stage.path('password'),
  ]
  writeFileSync(password, `${PASSWORD}\n`, { mode: 0o600 })
  await timed('airlock-hot bundle', () => typed('airlock-hot', ['bundle', ...requests, '-o', bundle]))
  rows.push(['bundle', sizeOf(bundle)])
  await carried(bundle, 'airlock-hot', 'airlock-cold')
  await timed(`airlock-cold sign, ${operators} ECDSA and ${operators * avss} BLS keys`, async () => {
    const passwords = ['--ecdsa-password-file', password, '--bls-password-file', password]
    const flags = ['--keys', join(stage.folder, 'operator_keys'), ...passwords, ...policyFlags(stage.folder)]
    const args = ['sign', bundle, '-o', responses, '--ledger', join(stage.folder, 'ledger'), ...flags]
    const { exitCode, screen } = await runInTerminal(
      'airlock-cold',
      args,
      requests.map(() => approve),
      LONG,
    )
    if (exitCode !== 0) throw new Error(screen.slice(-2000))
  })
  rows.push(['responses', sizeOf(responses)])
  await carried(responses, 'airlock-cold', 'airlock-hot')
  await timed('airlock-hot verify', () => typed('airlock-hot', ['verify', bundle, responses]))
  await timed('airlock-hot send, all of them', () =>
    typed('airlock-hot', ['send', bundle, responses, '--rpc-url', stage.anvil.rpcUrl]),
  )
  for (const devnet of devnets)
    for (const { operator } of people) {
      const status = await devnet.read('RegistryCoordinator', 'getOperatorStatus', [operator])
      if (status !== 1) throw new Error(`${operator} is not registered`)
    }
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
} finally {
  await stage.close()
}
