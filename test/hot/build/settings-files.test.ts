// The files that operators have already: MACH's .env.opt, EigenDA's .env and eigenlayer-cli's operator.yaml, laid out as their
// repositories have them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readEnvFile } from '../../../src/hot/settings-file.ts'
import { run } from '../../support/programs.ts'
import { codesIn, readJson, Stage } from '../../support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open({ serviceManager: 'mach-NotAdded' })
})
afterAll(() => stage.close())

const SECRET = 'correct horse battery staple'

/** As ethereum/mach-avs/gmnetwork/.env.opt-example of mach-avs-operator-setup. */
const envFile = (more = ''): string => {
  const path = stage.path('.env.opt')
  writeFileSync(
    path,
    `###############################################################################
ECDSA_PRIVATE_KEY_PATH=/app/operator_keys/ecdsa_key.json
# ethereum smart contracts
AVS_REGISTRY_COORDINATOR_ADDRESS=${stage.devnet.registryCoordinator}
LAYER1_CHAIN_ID=31337
ETH_RPC_URL=${stage.anvil.rpcUrl}
USER_HOME=\${HOME}
EIGENLAYER_HOME=\${USER_HOME}/.eigenlayer
NODE_ECDSA_KEY_FILE_HOST=\${EIGENLAYER_HOME}/operator_keys/opr.ecdsa.key.json
NODE_BLS_KEY_FILE_HOST=\${EIGENLAYER_HOME}/operator_keys/opr.bls.key.json
OPERATOR_BLS_KEY_PASSWORD=
OPERATOR_ECDSA_KEY_PASSWORD='${SECRET}'
${more}`,
  )
  return path
}

/** As `eigenlayer operator config create` writes it. */
const operatorYaml = (operator: string, chain = 31337): string => {
  const path = stage.path('operator.yaml')
  writeFileSync(
    path,
    `operator:
    address: ${operator}
    delegation_approver_address: "0x0000000000000000000000000000000000000000"
    staker_opt_out_window_blocks: 0
eth_rpc_url: ${stage.anvil.rpcUrl}
private_key_store_path: /home/ubuntu/.eigenlayer/operator_keys/opacity.ecdsa.key.json
signer_type: local_keystore
chain_id: ${chain}
fireblocks:
    secret_key: "${SECRET}"
`,
  )
  return path
}

test('opt-in out of both files: the passwords are named, and nowhere', async () => {
  const keys = await stage.operator()
  await stage.devnet.allow(keys.operator)
  const path = stage.path('request.json')
  const files = ['--env-opt', envFile(), `--operator-yaml=${operatorYaml(keys.operator)}`]
  const ended = await run('airlock-hot', ['build', 'register', ...files, '--socket', '203.0.113.7:8099', '-o', path])
  expect(ended.exitCode).toBe(0)
  const { operation, chainId } = readJson(path) as { operation: unknown; chainId: number }
  expect(chainId).toBe(31337)
  expect(operation).toMatchObject({
    operator: keys.operator,
    quorums: [0],
    registryCoordinator: stage.devnet.registryCoordinator,
  })
  expect(ended.stdout).toContain('--ecdsa-keystore opr.ecdsa.key.json --bls-keystore opr.bls.key.json')
  expect(ended.stderr).toContain('OPERATOR_ECDSA_KEY_PASSWORD')
  expect(ended.stderr).toContain('fireblocks.secret_key')
  expect(ended.stderr).not.toContain('OPERATOR_BLS_KEY_PASSWORD')
  expect(ended.stdout + ended.stderr + readFileSync(path, 'utf8')).not.toContain(SECRET)
})

/** The names that matter of hoodi/.env.example in eigenda-operator-setup at 64bcf47, with a socket that others can reach. */
const eigendaFile = (edits: Readonly<Record<string, string>> = {}): string => {
  const path = stage.path('.env')
  const values = {
    NODE_TEST_PRIVATE_BLS: '',
    NODE_PRIVATE_KEY: '',
    NODE_DISPERSAL_PORT: '32005',
    NODE_V2_DISPERSAL_PORT: '32006',
    NODE_RUNTIME_MODE: 'v1-and-v2',
    NODE_RETRIEVAL_PORT: '32004',
    NODE_V2_RETRIEVAL_PORT: '32007',
    NODE_INTERNAL_DISPERSAL_PORT: '${NODE_DISPERSAL_PORT}',
    NODE_ECDSA_KEY_FILE: '/app/operator_keys/ecdsa_key.json',
    NODE_EIGENDA_DIRECTORY: '0x5a44e56e88abcf610c68340c6814ae7f5c4369fd',
    NODE_EIGENDA_SERVICE_MANAGER: '0x3FF2204A567C15dC3731140B95362ABb4b17d8ED',
    NODE_HOSTNAME: '203.0.113.7',
    NODE_CHAIN_RPC: stage.anvil.rpcUrl,
    NODE_CHAIN_ID: '560048',
    EIGENLAYER_HOME: '${USER_HOME}/.eigenlayer',
    NODE_ECDSA_KEY_FILE_HOST: '${EIGENLAYER_HOME}/operator_keys/opr.ecdsa.key.json',
    NODE_BLS_KEY_FILE_HOST: '${EIGENLAYER_HOME}/operator_keys/opr.bls.key.json',
    NODE_ECDSA_KEY_PASSWORD: `'${SECRET}'`,
    NODE_BLS_KEY_PASSWORD: "''",
    ...edits,
  }
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(path, `# EigenDA specific configs\n${lines.join('')}`)
  return path
}

test("EigenDA's names, and the socket as its run.sh puts it together", () => {
  expect(readEnvFile(eigendaFile())).toEqual({
    avs: 'eigenda',
    chain: 560_048,
    rpcUrl: stage.anvil.rpcUrl,
    socket: '203.0.113.7:32005;32004;32006;32007',
    ecdsaKeystore: 'opr.ecdsa.key.json',
    blsKeystore: 'opr.bls.key.json',
    passwords: ['NODE_ECDSA_KEY_PASSWORD'],
  })
  // hoodi/run.sh: the ports of version 2 twice.
  const { socket, quorums } = readEnvFile(eigendaFile({ NODE_RUNTIME_MODE: 'v2-only', NODE_QUORUM_ID_LIST: '0,1' }))
  expect([socket, quorums]).toEqual(['203.0.113.7:32006;32007;32006;32007', [0, 1]])
  expect(readEnvFile(eigendaFile({ NODE_V2_RETRIEVAL_PORT: '' })).socket).toBeUndefined()
  const secrets = eigendaFile({ NODE_PRIVATE_KEY: 'a', NODE_TEST_PRIVATE_BLS: 'b', NODE_BLS_SIGNER_API_KEY: 'c' })
  expect(readEnvFile(secrets).passwords).toEqual([
    ...['NODE_TEST_PRIVATE_BLS', 'NODE_PRIVATE_KEY', 'NODE_ECDSA_KEY_PASSWORD', 'NODE_BLS_SIGNER_API_KEY'],
  ])
})

test("a registration out of EigenDA's file", async () => {
  const keys = await stage.operator()
  await stage.devnet.allow(keys.operator)
  const path = stage.path('request.json')
  const file = eigendaFile({ NODE_CHAIN_ID: '31337', NODE_QUORUM_ID_LIST: '0,1' })
  const typed = ['--operator', keys.operator, '--registry-coordinator', stage.devnet.registryCoordinator, '-o', path]
  const ended = await run('airlock-hot', ['build', 'register', '--env-opt', file, ...typed])
  expect([ended.exitCode, ended.stderr]).toEqual([0, expect.stringContaining('NODE_ECDSA_KEY_PASSWORD')])
  const { operation } = readJson(path) as { operation: Record<string, unknown> }
  expect(operation).toMatchObject({ quorums: [0, 1], socket: '203.0.113.7:32005;32004;32006;32007' })
  expect(ended.stderr).not.toContain('nothing of')
})

test('a file of which nothing was used says so', async () => {
  const rest = ['--rpc-url', 'http://127.0.0.1:1', '--operator', `0x${'11'.repeat(20)}`, '-o', stage.path('r.json')]
  const strange = stage.path('strange.env')
  writeFileSync(strange, 'NODE_NAME=mine\n')
  const said = async (file: string): Promise<string> =>
    (await run('airlock-hot', ['build', 'undelegate', '--env-opt', file, ...rest])).stderr.replace(/\s+/g, ' ')
  expect(await said(strange)).toContain('was used: it has no setting that is known here')
  const typed = stage.path('typed.env')
  writeFileSync(typed, 'ETH_RPC_URL=http://127.0.0.1:2\nAVS_REGISTRY_COORDINATOR_ADDRESS=0x' + '22'.repeat(20) + '\n')
  expect(await said(typed)).toContain('was used: all that it settles was typed, or this command has no flag for it')
})

// A RegistryCoordinator is no flag of this command; it was put there all the same once.
test('only flags that the command has', async () => {
  const file = envFile()
  const more = ['--operator', `0x${'11'.repeat(20)}`, '-o', stage.path('r.json'), '--rpc-url', 'http://127.0.0.1:1']
  const ended = await run('airlock-hot', ['build', 'undelegate', '--env-opt', file, ...more])
  expect(codesIn(ended.stderr.slice(ended.stderr.indexOf('airlock-hot: error')))).not.toContain('usage')
})

test('what is typed wins, wherever it stands', async () => {
  const keys = await stage.operator()
  const flags = ['build', 'register', '--quorums', '7', '--env-opt', envFile('REG_QUORUM_NUMBERS=0,1\n')]
  const path = stage.path('request.json')
  const more = ['--operator', keys.operator, '--socket', 'a:1', '-o', path]
  const ended = await run('airlock-hot', [...flags, ...more])
  expect(codesIn(ended.stderr.slice(ended.stderr.indexOf('airlock-hot: error')))).toContain('quorum_unknown')
  expect(ended.stderr).toContain('quorum 7')
})

test('the chain of the file is held against the node', async () => {
  const keys = await stage.operator()
  const flags = ['--operator-yaml', operatorYaml(keys.operator, 17_000), '--salt', `0x${'11'.repeat(32)}`]
  const path = stage.path('request.json')
  const ended = await run('airlock-hot', ['build', 'cancel-salt', ...flags, '-o', path])
  expect(ended.stderr).toContain('(chain_mismatch)')
  expect([ended.exitCode, existsSync(path)]).toEqual([6, false])
})

test('what the shell would put there is refused, and so is what has another form', async () => {
  const refusedBy = async (flag: string, path: string): Promise<void> => {
    const ended = await run('airlock-hot', ['build', 'update-socket', flag, path])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([3, ['settings_invalid']])
  }
  await refusedBy('--env-opt', envFile('ETH_RPC_URL=https://${HOST}/key\n'))
  await refusedBy('--env-opt', envFile('LAYER1_CHAIN_ID=mainnet\n'))
  await refusedBy('--operator-yaml', operatorYaml('<your operator address>'))
})

// Node takes --env-file for itself wherever it stands, and ends the program where there is no such file.
test('a file that is not there is refused by the program itself', async () => {
  const ended = await run('airlock-hot', ['build', 'register', '--env-opt', 'no-such-file'])
  expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['file_not_found']])
})
