// airlock-hot avs list, avs show NAME: what the catalogue knows, without a node.
//
// Everything printed is of this build; the digest is that of the catalogue, which `airlock-cold selftest` prints too.
import { hang, print, printJson } from '../local/terminal.ts'
import { avss, catalogueDigest, kindNames, registerCommands } from '../shared/catalogue/catalogue.ts'
import type { Avs } from '../shared/catalogue/catalogue-schema.ts'
import { entriesOf, networkName, onChain } from './build/avs-argument.ts'

interface AvsCommandOptions {
  readonly chain?: number
  readonly json?: boolean
}

const INDENT = ' '.repeat(15)

/** Lists the AVSs, a chain at a time. */
export function avsList({ chain, json }: AvsCommandOptions): void {
  const wanted = avss.filter(({ chainId }) => chain === undefined || chainId === chain)
  if (json === true) {
    printJson({ catalogue: catalogueDigest(), avss: wanted.map(summary) })
    return
  }
  for (const chainId of new Set(wanted.map((avs) => avs.chainId))) {
    print(networkName(chainId))
    for (const avs of wanted.filter((one) => one.chainId === chainId)) print(row(avs))
    print('')
  }
  if (wanted.length === 0) print('The catalogue has no AVS on that chain.\n')
  printDigest()
}

/**
 * Shows an AVS on every chain that it is on, or on one.
 *
 * @throws AirlockError avs_name_unknown, avs_not_on_chain
 */
export function avsShow(name: string, { chain, json }: AvsCommandOptions): void {
  const known = entriesOf(name)
  const wanted = chain === undefined ? known : [onChain(known, chain)]
  if (json === true) {
    printJson({ catalogue: catalogueDigest(), avss: wanted.map((avs) => ({ ...avs, ...summary(avs) })) })
    return
  }
  for (const avs of wanted) show(avs)
  printDigest()
}

const printDigest = (): void => print(`Catalogue, SHA-256:\n  ${catalogueDigest()}`)

/** The contract that an AVS is called at, by the command that registers with it. */
const called = { register: 'RegistryCoordinator', 'register-with-stake-registry': 'ECDSAStakeRegistry' } as const

/** The command of `build` that --avs can be given to; null where there is none. */
function commandOf({ kind, contracts }: Avs): string | null {
  const command = registerCommands[kind]
  return command !== null && called[command] in contracts ? command : null
}

function summary(avs: Avs): object {
  const { id, name, chainId, kind } = avs
  return { id, name, chainId, kind, registrable: commandOf(avs) !== null }
}

function row(avs: Avs): string {
  const why = registerCommands[avs.kind] === null ? 'not here' : 'no coordinator'
  return `  ${avs.id.padEnd(26)}${avs.name.padEnd(27)}${commandOf(avs) !== null ? avs.kind : `${avs.kind} (${why})`}`
}

function show(avs: Avs): void {
  print(`${avs.name} on ${networkName(avs.chainId)}`)
  line('Name', avs.id)
  line('Kind', `${avs.kind}: ${kindNames[avs.kind]}`)
  if (avs.registerFunction !== null) line('Registers by', avs.registerFunction.replaceAll(',', ', '))
  const command = commandOf(avs)
  line('Built here', command === null ? 'no' : `build ${command} --avs ${avs.id}`)
  line('Allow-list', avs.allowList === null ? 'not known' : avs.allowList ? 'yes: ask the AVS to be let in' : 'no')
  line('Quorums', avs.quorums === null ? 'not known' : '')
  for (const { number, name } of avs.quorums ?? []) print(`${INDENT}${number}: ${name ?? 'no name known'}`)
  line('Socket', avs.socketPatterns === null ? 'no form known' : avs.socketPatterns.join(' or '))
  print('  Contracts')
  for (const [contract, address] of Object.entries(avs.contracts)) print(`    ${contract.padEnd(26)}${address}`)
  // An address is not broken: it may be wider than the screen.
  if (avs.links.length > 0) print('  Links')
  for (const link of avs.links) print(`    ${link}`)
  print(`${hang('  Source       ', avs.source)}\n`)
}

const line = (label: string, value: string): void => print(hang(`  ${label.padEnd(13)}`, value).trimEnd())
