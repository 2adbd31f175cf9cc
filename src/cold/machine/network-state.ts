// Whether this machine is connected to a network, from /proc and /sys alone: no socket is opened, netlink's included.
//
// /proc/self/net is of the network namespace of this very process. /sys/class/net is of the one that mounted it: in
// `unshare -rn` it still lists the interfaces of the machine. So /proc says which interfaces there are, and /sys is
// believed only where its names, its numbers of interfaces and its counters of bytes are those of /proc (isOurs). Where
// they are not, an interface that is up counts as connected, because its carrier cannot be read.
//
// Connected: an interface other than loopback that is up and has a carrier, or may have one, with an address or without,
// a link-local IPv6 address included; or a route through an interface that cannot be looked at. Not connected: an
// interface that is down, or up with no cable in it. Its routes may stand there still, as those of a static address do,
// and lead nowhere. 'unknown': a system without /proc, which nothing can be said of.
import type { Problem } from '../../shared/base/errors.ts'
import { shown } from '../../shared/base/quote.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'

/** What is known; details has a line for each interface other than loopback, those that are connected first. */
export interface NetworkState {
  readonly state: 'none' | 'connected' | 'unknown'
  readonly details: readonly string[]
}

interface Interface {
  readonly name: string
  readonly isLoopback: boolean
  readonly isUp: boolean
  /** 'unknown' where /sys is not to be believed, or says nothing. */
  readonly carrier: 'yes' | 'no' | 'unknown'
}

const IFF_UP = 1
const IFF_LOOPBACK = 8
const RTF_UP = 1
const RTF_REJECT = 0x200
/** Of IPv6: the machine's own addresses. */
const RTF_LOCAL = 0x80000000

/**
 * Looks at the network of this process, quickly and without a trace.
 *
 * @param root where /proc and /sys are looked for
 */
export function networkState(root = '/'): NetworkState {
  const files = systemFiles(root)
  const counters = readCounters(files)
  if (counters === null) return { state: 'unknown', details: ['this system has no /proc/self/net/dev'] }
  const look = isOurs(files, counters) ? fromSys : fromProc
  const interfaces = [...counters.keys()]
    .map((name) => look(files, name))
    .filter(({ isLoopback }) => !isLoopback)
    .toSorted((one, other) => Number(mayReach(other)) - Number(mayReach(one)))
  const routes = routesOf(files)
  const strays = [...routes.keys()].filter((name) => !counters.has(name) && name !== 'lo')
  const isConnected = interfaces.some(mayReach) || strays.length > 0
  return {
    state: isConnected ? 'connected' : 'none',
    details: [
      ...interfaces.map((one) => describe(one, routes.get(one.name) ?? 0)),
      ...strays.map((name) => `${shown(name)} has a route and cannot be looked at`),
    ],
  }
}

/** The refusal of a machine that is connected; none where it is not, or where that is unknown. */
export function networkProblems({ state, details }: NetworkState): readonly Problem[] {
  if (state !== 'connected') return []
  const message = `this machine is connected to a network: ${details.join('; ')}`
  const hint =
    'pull the cable, switch radios off (`rfkill block all`), or `nmcli networking off`; a policy with `network: allow` accepts it'
  return [{ code: 'network_connected', message, hint }]
}

const mayReach = ({ isUp, carrier }: Interface): boolean => isUp && carrier !== 'no'

function describe({ name, isUp, carrier }: Interface, routes: number): string {
  if (!isUp) return `${shown(name)} is down`
  const words = { yes: 'with a carrier', no: 'without a carrier', unknown: 'its carrier cannot be read' } as const
  const counted = routes === 0 ? '' : `, ${routes} route${routes === 1 ? '' : 's'}`
  return `${shown(name)} is up, ${words[carrier]}${counted}`
}

/** Bytes received and sent, by interface: the lines "NAME: RX ... TX ..." of /proc/self/net/dev. */
function readCounters(files: SystemFiles): ReadonlyMap<string, readonly [bigint, bigint]> | null {
  const text = files.text('proc/self/net/dev')
  if (text === null || !/^Inter-\|/.test(text)) return null
  const lines = [...text.matchAll(/^ *([^\s]+): *(\d+(?: +\d+)*) *$/gm)]
  return new Map(
    lines.map(([, name = '', numbers = '']) => {
      const columns = numbers.split(/ +/)
      return [name, [BigInt(columns[0] ?? 0), BigInt(columns[8] ?? 0)]]
    }),
  )
}

/**
 * True where /sys/class/net is of this process's own namespace: the same names, the same number for each interface that
 * /proc has a number of, and counters that stand between two readings of /proc's.
 */
function isOurs(files: SystemFiles, before: ReadonlyMap<string, readonly [bigint, bigint]>): boolean {
  const names = (files.names('sys/class/net') ?? []).filter((name) => files.names(`sys/class/net/${name}`) !== null)
  if (names.length !== before.size || names.some((name) => !before.has(name))) return false
  const inSys = new Map(names.map((name) => [name, sysCounters(files, name)]))
  const after = readCounters(files)
  const between = (name: string): boolean =>
    [0, 1].every((at) => {
      const [low, middle, high] = [before.get(name)?.[at], inSys.get(name)?.[at], after?.get(name)?.[at]]
      return low !== undefined && middle !== undefined && high !== undefined && low <= middle && middle <= high
    })
  return names.every((name) => hasSameNumber(files, name) && between(name))
}

function sysCounters(files: SystemFiles, name: string): readonly (bigint | undefined)[] {
  return ['rx_bytes', 'tx_bytes'].map((file) => {
    const word = files.word(`sys/class/net/${name}/statistics/${file}`) ?? ''
    return /^\d+$/.test(word) ? BigInt(word) : undefined
  })
}

/** Compares the interface's number; /proc has it where IPv6 is on, and nothing is compared where it is off. */
function hasSameNumber(files: SystemFiles, name: string): boolean {
  const inProc = /^ifIndex\s+(\d+)/.exec(files.text(`proc/self/net/dev_snmp6/${name}`) ?? '')?.[1]
  return inProc === undefined || inProc === files.word(`sys/class/net/${name}/ifindex`)
}

function fromSys(files: SystemFiles, name: string): Interface {
  const flags = files.word(`sys/class/net/${name}/flags`)
  if (flags === null || !/^0x[0-9a-f]+$/.test(flags)) return fromProc(files, name)
  const bits = Number(flags)
  const carrier = files.word(`sys/class/net/${name}/carrier`)
  return {
    name,
    isLoopback: (bits & IFF_LOOPBACK) !== 0,
    isUp: (bits & IFF_UP) !== 0,
    carrier: carrier === '1' ? 'yes' : carrier === '0' ? 'no' : 'unknown',
  }
}

const fromProc = (files: SystemFiles, name: string): Interface => ({
  name,
  isLoopback: name === 'lo',
  isUp: !isSurelyDown(files, name),
  carrier: 'unknown',
})

/**
 * True where /proc itself shows that an interface is down: it takes part in IPv4 (a folder of settings), and is in no
 * group of multicast, which each interface joins as it comes up; nor has it an address or a route.
 */
function isSurelyDown(files: SystemFiles, name: string): boolean {
  const groups = files.text('proc/self/net/igmp')
  if (groups === null || files.names(`proc/sys/net/ipv4/conf/${name}`) === null) return false
  const inGroup = groups.split('\n').some((line) => /^\d+\s+(\S+)\s*:/.exec(line)?.[1] === name)
  const addresses = (files.text('proc/self/net/if_inet6') ?? '').split('\n').map((line) => line.split(/ +/).at(-1))
  return !inGroup && !addresses.includes(name) && !routesOf(files).has(name)
}

/**
 * How many routes lead through each interface but loopback. Those that refuse (unreachable, blackhole) lead nowhere; those
 * of IPv6 to the machine's own addresses and to multicast come with any interface, and are not counted.
 */
function routesOf(files: SystemFiles): ReadonlyMap<string, number> {
  const routes = new Map<string, number>()
  const add = (name: string | undefined, flags: string | undefined): void => {
    const bits = parseInt(flags ?? '', 16)
    const leads = (bits & RTF_UP) !== 0 && (bits & (RTF_REJECT | RTF_LOCAL)) === 0
    if (name !== undefined && leads && name !== 'lo' && name !== '*') routes.set(name, (routes.get(name) ?? 0) + 1)
  }
  for (const columns of table(files.text('proc/self/net/route')).slice(1)) add(columns[0], columns[3])
  for (const columns of table(files.text('proc/self/net/ipv6_route'))) {
    if (columns[0]?.startsWith('ff') === false) add(columns[9], columns[8])
  }
  return routes
}

const table = (text: string | null): readonly string[][] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== '')
