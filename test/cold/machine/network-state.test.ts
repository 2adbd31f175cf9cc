// Whether a machine is connected: recorded machines, and this system's own network namespaces.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { networkProblems, networkState } from '../../../src/cold/machine/network-state.ts'
import { parsePolicy, type PolicyDocument } from '../../../src/cold/policy/policy.ts'
import { conditionFindings } from '../../../src/cold/policy/policy-gate.ts'
import { machine, machinesFolder, recorded, type MachineFiles } from '../../support/machine.ts'
import { canUnshare } from '../../support/programs.ts'
import { root } from '../../support/project.ts'

const parent = machinesFolder()
afterAll(() => rmSync(parent, { recursive: true, force: true }))

const stateOf = (...layers: readonly MachineFiles[]): ReturnType<typeof networkState> =>
  networkState(machine(parent, ...layers))

describe('recorded machines', () => {
  test('an interface with a carrier and routes is connected, and is named first', () => {
    const { state, details } = stateOf(recorded('connected'))
    expect(state).toBe('connected')
    expect(details[0]).toMatch(/^eth0 is up, .*5 routes$/)
    expect(details.slice(1)).toEqual(['ifb0 is down', 'ifb1 is down'])
  })

  test('an interface with nothing but a link-local address is connected', () => {
    const { state, details } = stateOf(recorded('link-local'))
    expect(state).toBe('connected')
    expect(details).toContain('v0 is up, with a carrier, 1 route')
  })

  test('so it is without any address or route, as long as it has a carrier', () => {
    const bare = { 'proc/self/net/ipv6_route': null, 'proc/self/net/if_inet6': null, 'proc/self/net/route': null }
    const { state, details } = stateOf(recorded('link-local'), bare)
    expect(state).toBe('connected')
    expect(details.toSorted()).toEqual(['v0 is up, with a carrier', 'v1 is up, with a carrier'])
  })

  test('a static address without a cable is not', () => {
    expect(stateOf(recorded('no-cable'))).toEqual({ state: 'none', details: ['t0 is up, without a carrier, 1 route'] })
  })

  test('a system without /proc is unknown', () => {
    expect(stateOf({}).state).toBe('unknown')
    expect(stateOf({ 'proc/self/net/dev': 'something else\n' }).state).toBe('unknown')
  })

  test('what is unknown is a warning of each review, unless the policy in force allows a network', () => {
    const policy = (network: string): PolicyDocument =>
      parsePolicy('testing', Buffer.from(`airlock: policy/1\nnetwork: ${network}\n`))
    const found = (state: MachineFiles, policy: PolicyDocument | null): readonly string[] =>
      conditionFindings({ policy, approvals: null, network: stateOf(state) }).map(({ code }) => code)
    const allowed = policy('allow')
    const refused = policy('refuse')
    expect([found({}, null), found({}, refused)]).toEqual([['network_unknown'], ['network_unknown']])
    expect([found({}, allowed), found(recorded('no-cable'), null)]).toEqual([[], []])
  })
})

describe('where /sys is not to be believed', () => {
  test('the interfaces are those of /proc, and one that is up counts as connected', () => {
    const { state, details } = stateOf(recorded('foreign-sys'))
    expect(state).toBe('connected')
    expect(details.join()).not.toMatch(/eth0|ifb/)
    expect(details).toContain('v0 is up, its carrier cannot be read, 2 routes')
  })

  test('one that is in no group and has no address is down', () => {
    const quiet = Object.fromEntries(
      ['igmp', 'route', 'ipv6_route', 'if_inet6'].map((name) => [`proc/self/net/${name}`, '']),
    )
    const { state, details } = stateOf(recorded('foreign-sys'), quiet)
    expect(state).toBe('none')
    expect(details.toSorted()).toEqual(['v0 is down', 'v1 is down'])
  })

  test('each sign of life alone makes it up', () => {
    const all = recorded('foreign-sys')
    const signs = ['igmp', 'route', 'ipv6_route', 'if_inet6'].map((name) => `proc/self/net/${name}`)
    for (const sign of signs) {
      const others = Object.fromEntries(signs.filter((other) => other !== sign).map((other) => [other, '']))
      expect([sign, stateOf(all, others).state]).toEqual([sign, 'connected'])
    }
  })

  test('where the kernel does not list groups, it counts as up', () => {
    const signs = ['route', 'ipv6_route', 'if_inet6'].map((name) => [`proc/self/net/${name}`, ''])
    const silent = { ...Object.fromEntries(signs), 'proc/self/net/igmp': null } as MachineFiles
    expect(stateOf(recorded('foreign-sys'), silent).state).toBe('connected')
  })

  const carrier = 'sys/class/net/t0/carrier'
  const withoutLoopback = Object.fromEntries(
    Object.keys(recorded('no-cable')).flatMap((path) => (path.startsWith('sys/class/net/lo/') ? [[path, null]] : [])),
  )
  test.each([
    ['another name in /sys', { 'sys/class/net/eth9/ifindex': '9\n' }],
    ['a name fewer in /sys', withoutLoopback],
    ['another number of the interface', { 'sys/class/net/t0/ifindex': '7\n' }],
    ['other counters', { 'sys/class/net/t0/statistics/rx_bytes': '1\n' }],
    ['no counters', { 'sys/class/net/t0/statistics/tx_bytes': null }],
  ])('%s: the carrier that /sys denies is not believed', (_, change) => {
    expect(stateOf(recorded('no-cable'), change).state).toBe('connected')
  })

  test('a carrier that cannot be read is one', () => {
    expect(stateOf(recorded('no-cable'), { [carrier]: null }).state).toBe('connected')
  })

  test('a route through an interface that is not listed is a connection', () => {
    const { state, details } = stateOf(recorded('no-cable'), {
      'proc/self/net/route': `${recorded('no-cable')['proc/self/net/route'] ?? ''}wg0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n`,
    })
    expect(state).toBe('connected')
    expect(details).toContain('wg0 has a route and cannot be looked at')
  })
})

test('a name that could rewrite the screen is quoted', () => {
  const dev = (recorded('no-cable')['proc/self/net/dev'] ?? '').replace('    t0:', '\u001b[2Jt0:')
  const { details } = stateOf(recorded('no-cable'), { 'proc/self/net/dev': dev })
  expect(details.join()).not.toContain('\u001b')
})

test('only a connected machine is refused', () => {
  expect(networkProblems({ state: 'none', details: ['eth0 is down'] })).toEqual([])
  expect(networkProblems({ state: 'unknown', details: [] })).toEqual([])
  const [problem] = networkProblems(stateOf(recorded('connected')))
  expect(problem).toMatchObject({ code: 'network_connected' })
  expect(problem?.message).toContain('eth0 is up')
  expect(problem?.hint).toMatch(/rfkill block all.*network: allow/)
})

const LOOK = `import { networkState } from './src/cold/machine/network-state.ts'; console.log(JSON.stringify(networkState()))`

/** The state of a namespace that a script of the shell has furnished. */
function inNamespace(script: string, flags = '-rn'): ReturnType<typeof networkState> {
  const look = `exec "$0" --import tsx --input-type=module -e "$1"`
  const ended = spawnSync('unshare', [flags, 'sh', '-ec', `${script}\n${look}`, process.execPath, LOOK], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  })
  if (ended.status !== 0) throw new Error(ended.stderr)
  return JSON.parse(ended.stdout) as ReturnType<typeof networkState>
}

const can = (script: string, flags = '-rn'): boolean =>
  canUnshare && spawnSync('unshare', [flags, 'sh', '-ec', script]).status === 0

const VETH = 'ip link add v0 type veth peer name v1'
const TAP = 'ip tuntap add dev t0 mode tap'
const canVeth = can(VETH)
const canTap = can(TAP)
/** A /sys of the namespace's own is for root alone, and the test wants the file system of this one. */
const canSys = can(`${TAP}; mount -t sysfs sysfs /sys`, '-nm')

describe.skipIf(!canUnshare)('this system, in a namespace of its own', () => {
  test('no interface: not connected', () => {
    expect(inNamespace('true')).toEqual({ state: 'none', details: [] })
  })

  test('loopback that is up: not connected', () => {
    expect(inNamespace('ip link set lo up')).toEqual({ state: 'none', details: [] })
  })

  test.skipIf(!canVeth)('an interface that is down: not connected', () => {
    expect(inNamespace(VETH).state).toBe('none')
  })

  test.skipIf(!canVeth)('a veth pair that is up, without an address: connected', () => {
    expect(inNamespace(`${VETH}; ip link set v0 up; ip link set v1 up`).state).toBe('connected')
  })

  test.skipIf(!canVeth)('a veth pair with an address: connected', () => {
    const script = `${VETH}; ip addr add 192.0.2.7/24 dev v0; ip link set v0 up; ip link set v1 up`
    const { state, details } = inNamespace(script)
    expect(state).toBe('connected')
    expect(details.join()).toMatch(/v0 is up, its carrier cannot be read, \d routes?/)
  })

  test.skipIf(!canTap)('a static address without a cable, where /sys cannot be believed: counts as connected', () => {
    const script = `${TAP}; ip addr add 192.0.2.7/24 dev t0; ip link set t0 up`
    expect(inNamespace(script).state).toBe('connected')
  })

  test.skipIf(!canSys)('the same with a /sys of its own: not connected', () => {
    const script = `${TAP}; ip addr add 192.0.2.7/24 dev t0; ip link set t0 up; mount -t sysfs sysfs /sys`
    expect(inNamespace(script, '-nm')).toEqual({ state: 'none', details: ['t0 is up, without a carrier, 1 route'] })
  })

  test.skipIf(!canSys || !canVeth)('a veth pair with a /sys of its own: connected, and seen to have a carrier', () => {
    const { state, details } = inNamespace(
      `${VETH}; ip link set v0 up; ip link set v1 up; mount -t sysfs sysfs /sys`,
      '-nm',
    )
    expect(state).toBe('connected')
    expect(details.join()).toContain('v0 is up, with a carrier')
  })
})
