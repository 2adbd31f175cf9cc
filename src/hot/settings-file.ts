// The settings that operators keep already, so that nobody types them again: MACH's `.env.opt`, EigenDA's `.env`, and
// eigenlayer-cli's operator.yaml.
//
// Follows mach-avs-operator-setup (run.sh, .env.opt-example), eigenda-operator-setup at 64bcf47 (run.sh and .env.example of mainnet
// and Hoodi) and eigenlayer-cli (pkg/operator/config). Names that are known are taken; a value in which the shell would put something else ($, `) is refused where it would be used. Passwords are never
// kept: it is only said that the file has one. No file of keys is opened.
import { basename } from 'node:path'
import { parse } from 'yaml'
import { getAddress } from 'viem'
import { readBounded } from '../local/files.ts'
import { refusal, type AirlockError } from '../shared/base/errors.ts'
import type { Address } from '../shared/base/fields.ts'
import { quote } from '../shared/base/quote.ts'
import { avsAt } from '../shared/catalogue/catalogue.ts'

/** What such a file settles; undefined where it says nothing. */
export interface Settings {
  readonly operator?: Address
  readonly registryCoordinator?: Address
  /** The AVS by its name in the catalogue. */
  readonly avs?: string
  readonly chain?: number
  readonly rpcUrl?: string
  readonly quorums?: readonly number[]
  readonly socket?: string
  /** Names of the key files, without their folder. */
  readonly ecdsaKeystore?: string
  readonly blsKeystore?: string
  /** Names of the settings that hold a password, without their values. */
  readonly passwords: readonly string[]
}

const DOING = 'reading the settings'
const MAX_FILE = 64 * 1024

const text = (path: string): string => new TextDecoder().decode(readBounded(DOING, path, MAX_FILE))

const invalid = (path: string, seen: string): AirlockError =>
  refusal(DOING, 'settings_invalid', `${quote(path)}: ${seen}`, 'correct the file, or leave it out and give the flags')

/**
 * Reads an `.env.opt` of MACH, or an `.env` of EigenDA.
 *
 * @throws AirlockError settings_invalid; those of reading a file
 */
export function readEnvFile(path: string): Settings {
  const values = new Map<string, string>()
  const passwords: string[] = []
  for (const line of text(path).split(/\r?\n/)) {
    const [, name = '', value = ''] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? []
    if (isSecret(name)) {
      if (unquoted(value) !== '') passwords.push(name)
    } else if (name !== '') values.set(name, unquoted(value))
  }
  const at = (name: string): string | undefined => {
    const value = values.get(name)
    return value === undefined || value === '' ? undefined : plainValue(path, name, value)
  }
  const coordinator = at('AVS_REGISTRY_COORDINATOR_ADDRESS')
  return settings(path, {
    operator: at('OPERATOR_ECDSA_ADDRESS'),
    registryCoordinator: coordinator,
    avs: at('NODE_EIGENDA_DIRECTORY') ?? at('NODE_EIGENDA_SERVICE_MANAGER'),
    chain: at('LAYER1_CHAIN_ID') ?? at('NODE_CHAIN_ID'),
    rpcUrl: at('ETH_RPC_URL') ?? at('NODE_CHAIN_RPC'),
    // MACH's operator tool registers for quorum 0 where nothing else is said; EigenDA's asks.
    quorums: at('REG_QUORUM_NUMBERS') ?? at('NODE_QUORUM_ID_LIST') ?? (coordinator === undefined ? undefined : '0'),
    socket: eigendaSocket(at),
    // Paths of the form ${EIGENLAYER_HOME}/operator_keys/NAME.ecdsa.key.json: only the name is of use on the other machine.
    ecdsaKeystore: values.get('NODE_ECDSA_KEY_FILE_HOST'),
    blsKeystore: values.get('NODE_BLS_KEY_FILE_HOST'),
    passwords,
  })
}

/** The socket that EigenDA's run.sh puts together: two ports, then those of version 2, which stand for both where it runs alone. */
function eigendaSocket(at: (name: string) => string | undefined): string | undefined {
  const host = at('NODE_HOSTNAME')
  const first = [at('NODE_DISPERSAL_PORT'), at('NODE_RETRIEVAL_PORT')]
  const second = [at('NODE_V2_DISPERSAL_PORT'), at('NODE_V2_RETRIEVAL_PORT')]
  const ports = [...(at('NODE_RUNTIME_MODE') === 'v2-only' ? second : first), ...second]
  if (host === undefined || ports.includes(undefined)) return undefined
  return `${host}:${ports.join(';')}`
}

/**
 * Reads eigenlayer-cli's operator.yaml.
 *
 * @throws AirlockError settings_invalid; those of reading a file
 */
export function readOperatorYaml(path: string): Settings {
  const content = yamlOf(path)
  const field = (from: unknown, name: string): unknown =>
    typeof from === 'object' && from !== null ? (from as Readonly<Record<string, unknown>>)[name] : undefined
  const at = (name: string, from = content): string | undefined => {
    const value = field(from, name)
    return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined
  }
  const secret = at('secret_key', field(content, 'fireblocks'))
  return settings(path, {
    operator: at('address', field(content, 'operator')),
    chain: at('chain_id'),
    rpcUrl: at('eth_rpc_url'),
    ecdsaKeystore: at('private_key_store_path'),
    blsKeystore: at('bls_private_key_store_path'),
    passwords: secret === undefined ? [] : ['fireblocks.secret_key'],
  })
}

function yamlOf(path: string): unknown {
  const content = text(path)
  try {
    // An unquoted address is a number to YAML otherwise, and its digits would be lost.
    return parse(content, { schema: 'failsafe', maxAliasCount: 0, prettyErrors: false })
  } catch {
    throw invalid(path, 'it is no YAML')
  }
}

const isSecret = (name: string): boolean =>
  /PASSWORD|SECRET|MNEMONIC|API_KEY$|PRIVATE/.test(name) && !/_(PATH|FILE|HOST)$/.test(name)

/** A value without the quotes of the shell, and without a comment behind it. */
function unquoted(value: string): string {
  const [, double, single, bare = ''] = /^\s*(?:"([^"]*)"|'([^']*)'|([^\s#]*))/.exec(value) ?? []
  return double ?? single ?? bare
}

function plainValue(path: string, name: string, value: string): string {
  if (!/[$`\\]/.test(value)) return value
  // A URL may hold a password, in which these characters may stand too.
  const shown = /URL|RPC/.test(name) ? 'has a $, a ` or a \\ in it' : `is ${quote(value, 60)}`
  throw invalid(path, `${name} ${shown}: what the shell would put there is not known here`)
}

interface Texts {
  readonly operator?: string | undefined
  readonly registryCoordinator?: string | undefined
  /** A contract by which the catalogue knows it. */
  readonly avs?: string | undefined
  readonly chain?: string | undefined
  readonly rpcUrl?: string | undefined
  readonly quorums?: string | undefined
  readonly socket?: string | undefined
  readonly ecdsaKeystore?: string | undefined
  readonly blsKeystore?: string | undefined
  readonly passwords: readonly string[]
}

function settings(path: string, found: Texts): Settings {
  const addressOf = (value: string): Address => {
    if (/^0x[0-9a-fA-F]{40}$/.test(value)) return getAddress(value.toLowerCase()) as Address
    throw invalid(path, `${quote(value, 60)} is no address`)
  }
  const chainOf = (value: string): number => {
    if (/^[1-9]\d{0,14}$/.test(value)) return Number(value)
    throw invalid(path, `the chain id is ${quote(value, 60)}, expected a number`)
  }
  const quorumsOf = (value: string): readonly number[] => {
    if (/^\d{1,3}(,\d{1,3})*$/.test(value)) return value.split(',').map(Number)
    throw invalid(path, `the quorums are ${quote(value, 60)}, expected numbers such as 0,1`)
  }
  const map = <T>(value: string | undefined, to: (value: string) => T): T | undefined =>
    value === undefined ? undefined : to(value)
  const chain = map(found.chain, chainOf)
  const given = {
    operator: map(found.operator, addressOf),
    avs: map(found.avs, (value) => avsAt(chain, addressOf(value))?.id),
    socket: found.socket,
    registryCoordinator: map(found.registryCoordinator, addressOf),
    chain,
    rpcUrl: found.rpcUrl,
    quorums: map(found.quorums, quorumsOf),
    ecdsaKeystore: map(found.ecdsaKeystore, basename),
    blsKeystore: map(found.blsKeystore, basename),
    passwords: found.passwords,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as Settings
}
