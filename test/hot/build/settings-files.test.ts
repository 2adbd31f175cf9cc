// The files that operators have already: MACH's .env.opt and eigenlayer-cli's operator.yaml, laid out as their repositories have them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
