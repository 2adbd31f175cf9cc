// The text of a first policy, made from one request: it allows that request and as little else as the format can say.
//
// Every value is the request's own; each line has a comment that says what it does and how it is usually widened. Text of the
// request gets into the file in JSON's quotes, which YAML reads alike, and never into a comment.
import { coreOf, knownContracts } from '../../shared/catalogue/address-book.ts'
import { namedOperatorId } from '../../shared/request/derive.ts'
import type { Address, UnixSeconds } from '../../shared/base/fields.ts'
import { concernsOf } from '../../shared/operations/operation-kinds.ts'
import { highestCost } from '../../shared/chain/transaction.ts'
import { DAY, ether, gwei } from '../../shared/base/units.ts'
import { coreRoles } from './policy-cores.ts'
import { pinnedRoles, validity } from './policy-rules.ts'
import type { ValidRequest } from '../validate/validate.ts'

/**
 * Writes a strict policy.
 *
 * @param valid the request that was reviewed
 * @param clock what this machine's clock shows
 * @returns YAML that parsePolicy takes
 */
export function starterPolicy({ request, digest }: ValidRequest, clock: UnixSeconds): string {
  const { operation, transaction } = request
  return `# What this machine may sign. Made from the request with SHA-256
# ${digest}.
# It allows that request and little else; widen it by hand, line by line. A part
# that is left out refuses nothing, but then a person must approve each request.
airlock: policy/1

# refuse: nothing is signed while this machine is on a network. allow: it is.
network: refuse

# The operators that may be signed for.
operators:
  - ${operation.operator}

${senderPart(transaction)}# What may be done.
operations: [${operation.kind}]

${corePart(request)}${avsPart(request)}
# How long a signature may be valid, counted from when the request was built.
expiry: { longest: ${span(validity(request, clock))} }

${feePart(transaction)}
# one-per-avs: a BLS key that another AVS has is refused. shared: it is not.
blsKeys: one-per-avs

# Signatures in a window that moves with the clock, the new one included.
limits:
  - { signatures: 1, window: 24h, per: avs }
  - { signatures: 1, window: 24h, per: key }

# When: take the mark away to have office hours. There is no daylight saving.
# hours:
#   days: [mon, tue, wed, thu, fri]
#   from: "08:00"
#   to: "18:00"
#   utcOffset: "+00:00"

# Who must agree: take the marks away to have other people approve first.
# approvals:
#   needed: 1
#   approvers:
#     - { name: alice, address: 0x... }
`
}

type Request = ValidRequest['request']

/** Who sends in the operator's stead; nothing where the operator itself does. */
const senderPart = (transaction: Request['transaction']): string =>
  transaction === null || transaction.from === null
    ? ''
    : `# Who may send for an operator in its stead.\nsenders:\n  - ${transaction.from}\n\n`
/** EigenLayer's contracts that the request names and the catalogue does not pin; nothing where it does, or none is named. */
function corePart(request: Request): string {
  if (coreOf(request.chainId) !== undefined) return ''
  const { avs, contracts } = concernsOf(request)
  const named = new Map(contracts)
  // The AVSDirectory is pinned with its AVS.
  const roles = coreRoles.filter((role) => avs === null || role !== 'avsDirectory')
  const pins = roles.flatMap((role) => {
    const address = named.get(role)
    return address === undefined ? [] : [`\n    ${role}: ${address}`]
  })
  if (pins.length === 0) return ''
  return `# EigenLayer's own contracts on a chain that this program does not know.
cores:
  - chain: ${request.chainId}${pins.join('')}

`
}

/** The AVS with its contracts, numbers and socket; nothing where the operation concerns none. */
function avsPart(request: Request): string {
  const { avs, contracts, quorums, operatorSets, socket } = concernsOf(request)
  if (avs === null) return '# avss: the operation of this request concerns no AVS.\n'
  const pins = contracts
    .filter(([role]) => pinnedRoles.includes(role) && role !== 'avsDirectory')
    .map(([role, address]) => `\n    ${role}: ${address}`)
  return `# The AVSs, each with its pinned contracts. The name is for people.
avss:
  - name: ${avsName(request.chainId, avs)}
    chain: ${request.chainId}
    serviceManager: ${avs}${pins.join('')}
${directoryLine(request)}
${quorums === null ? '' : `    quorums: [${quorums.join(', ')}]\n`}${operatorSets === null ? '' : `    operatorSets: [${operatorSets.join(', ')}]\n`}${socketLines(socket)}${blsLine(request)}
`
}

const socketLines = (socket: string | null): string =>
  socket === null
    ? ''
    : `    # * is any characters but ; and spaces, ? is one: "203.0.113.7:*;*"
    sockets:
      - ${JSON.stringify(socket)}
`

/** What the transaction may cost; nothing where none is signed. */
function feePart(transaction: Request['transaction']): string {
  if (transaction === null) return '# fees: this request has no transaction.\n'
  const price = transaction.fees.reduce((most, { maxFeePerGas }) => (maxFeePerGas > most ? maxFeePerGas : most), 0n)
  return `# What the transaction may cost, with every rung at its highest.
fees:
  highest: ${ether(highestCost(transaction))}
  gasPrice: ${gwei(price)}
  gasLimit: ${transaction.gasLimit}
  rungs: ${transaction.fees.length}
`
}

/** A label from the catalogue: its words, in the letters that a name may have. */
function avsName(chainId: number, serviceManager: Address): string {
  const [known] = knownContracts(chainId, serviceManager)
  const label = (known?.project ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
  return label.replaceAll(/^-|-$/g, '') || 'avs-1'
}

function directoryLine(request: Request): string {
  const named = concernsOf(request).contracts.find(([role]) => role === 'avsDirectory')?.[1]
  const directory = named ?? coreOf(request.chainId)?.avsDirectory
  return directory === undefined
    ? '    # avsDirectory: 0x... (the request names none; not pinned, so --yes may not work)'
    : `    avsDirectory: ${directory}`
}

function blsLine(request: Request): string {
  const id = namedOperatorId(request)
  return id === null
    ? '    # blsOperatorId: 0x... pins the BLS key; the request names none'
    : `    # The BLS key of this AVS.\n    blsOperatorId: "${id}"`
}

/** Seconds in the largest unit that they fill. */
function span(seconds: number): string {
  const units = [
    ['d', DAY],
    ['h', 3600],
    ['m', 60],
  ] as const
  const [unit, size] = units.find(([, each]) => seconds % each === 0) ?? (['s', 1] as const)
  return `${seconds / size}${unit}`
}
