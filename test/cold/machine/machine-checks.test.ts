// The checks of doctor, each against what real machines say of themselves: radios, swap, core dumps, clock, randomness.
import { rmSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import type { Check } from '../../../src/cold/machine/check.ts'
import { clockCheck, entropyCheck } from '../../../src/cold/machine/clock-checks.ts'
import { memoryChecks } from '../../../src/cold/machine/memory-checks.ts'
import { radioChecks } from '../../../src/cold/machine/radios.ts'
import type { UnixSeconds } from '../../../src/shared/base/fields.ts'
import { machine, machinesFolder, type MachineFiles } from '../../support/machine.ts'

const parent = machinesFolder()
afterAll(() => rmSync(parent, { recursive: true, force: true }))

const named = (checks: readonly Check[], name: string): Check => {
  const found = checks.find((check) => check.name === name)
  if (found === undefined) throw new Error(`there is no check ${name}`)
  return found
}

/** The files of kill switches as the kernel's ABI page has them (sysfs-class-rfkill), and of the devices beside them. */
function radioFiles(switches: readonly string[], devices: readonly string[] = []): MachineFiles {
  const files: Record<string, string> = { 'sys/class/net/lo/flags': '0x9\n' }
  for (const [index, line] of switches.entries()) {
    const words = line.split(' ')
    for (const [at, file] of ['name', 'type', 'soft', 'hard'].entries())
      files[`sys/class/rfkill/rfkill${index}/${file}`] = `${words[at] ?? ''}\n`
  }
  for (const device of devices) files[`sys/class/${device}/uevent`] = ''
  return files
}

describe('radios', () => {
  const look = (name: string, files: MachineFiles): Check => named(radioChecks(machine(parent, files)), name)

  // A ThinkPad X230 with all radios on, then with its switch turned: systemd issue 4117.
  const thinkpad = [
    'tpacpi_bluetooth_sw bluetooth 0 0',
    'tpacpi_wwan_sw wwan 0 0',
    'phy0 wlan 0 0',
    'hci0 bluetooth 0 0',
  ]

  test('all on', () => {
    const files = radioFiles(thinkpad, ['ieee80211/phy0', 'bluetooth/hci0'])
    expect(look('wireless', files)).toMatchObject({ says: 'warning', message: 'phy0 can be used' })
    expect(look('Bluetooth', files)).toMatchObject({ says: 'warning', message: 'hci0 can be used' })
  })

  test('switched off by a button', () => {
    const files = radioFiles(['phy0 wlan 0 1', 'hci0 bluetooth 0 1'], ['ieee80211/phy0', 'bluetooth/hci0'])
    expect(look('wireless', files)).toMatchObject({ says: 'ok', message: 'phy0 is off by a button' })
    expect(look('Bluetooth', files)).toMatchObject({ says: 'ok', message: 'hci0 is off by a button' })
  })

  // Two locks, of which only the adapter's own is on: bluetui issue 127.
  test('the adapter itself is off, while the switch of its maker is on', () => {
    const files = radioFiles(
      ['tpacpi_bluetooth_sw bluetooth 0 0', 'phy0 wlan 0 0', 'hci0 bluetooth 1 0'],
      ['ieee80211/phy0', 'bluetooth/hci0'],
    )
    expect(look('Bluetooth', files)).toMatchObject({ says: 'ok', message: 'hci0 is off by software' })
    expect(look('wireless', files).says).toBe('warning')
  })

  // The adapter is gone from the bus while its maker's switch is off: kloak issue 72.
  test('no adapter left, only the switch', () => {
    const files = radioFiles(['tpacpi_bluetooth_sw bluetooth 1 0', 'phy0 wlan 1 0'], ['ieee80211/phy0'])
    expect(look('Bluetooth', files)).toMatchObject({ says: 'ok', message: 'tpacpi_bluetooth_sw is off by software' })
    expect(look('wireless', files).says).toBe('ok')
  })

  test('one of two cards is on', () => {
    const files = radioFiles(['phy0 wlan 1 0', 'phy1 wlan 0 0'], ['ieee80211/phy0', 'ieee80211/phy1'])
    expect(look('wireless', files)).toMatchObject({ says: 'warning', message: 'phy1 can be used' })
  })

  test('a card without a switch counts as on; a connection of an adapter is no adapter', () => {
    expect(look('wireless', radioFiles([], ['ieee80211/phy0'])).says).toBe('warning')
    expect(look('Bluetooth', radioFiles([], ['bluetooth/hci0:11'])).says).toBe('ok')
  })

  test('none, and a system without /sys', () => {
    expect(look('wireless', radioFiles([]))).toMatchObject({ says: 'ok', message: 'there is no such device' })
    expect(look('Bluetooth', {}).says).toBe('unknown')
  })
})

describe('swap', () => {
  const header = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'
  const look = (lines: string, more: MachineFiles = {}): Check =>
    named(memoryChecks(machine(parent, { 'proc/swaps': header + lines }, more)), 'swap')
  const area = (path: string, type: string): string => `${path.padEnd(40)}${type}\t8388604\t\t0\t\t-2\n`

  test('none', () => expect(look('').says).toBe('ok'))

  test.each([
    ['a partition', '/dev/sda5', 'partition'],
    ['a file', '/swap.img', 'file'],
    ['a file with a space in its name', '/swap\\040file', 'file'],
  ])('%s: a problem', (_, path, type) => {
    const found = look(area(path, type))
    expect(found).toMatchObject({ says: 'problem', code: 'swap_on' })
    expect(found.message).toContain('cannot be told')
  })

  // What cryptsetup and LVM call their devices (dm/uuid), as Debian's installer stacks them: swap in LVM in LUKS.
  const luks = { 'sys/block/dm-0/dm/uuid': 'CRYPT-LUKS2-e36eb81f047f4f0c8d0e72d5bf8b0d5a-nvme0n1p3_crypt\n' }
  const lvm = {
    'sys/block/dm-2/dm/uuid': 'LVM-2ZC82n8rJHmSTC9NNOaQNAKvTAtKBmi1c1mDBUCCbq9XXGz4STzikSQqAWLwHddZ\n',
    'sys/block/dm-2/slaves/dm-0': '',
  }
  test('on dm-crypt, and on LVM on dm-crypt: a warning', () => {
    expect(look(area('/dev/dm-0', 'partition'), luks)).toMatchObject({ says: 'warning' })
    expect(look(area('/dev/dm-2', 'partition'), { ...luks, ...lvm })).toMatchObject({ says: 'warning' })
  })

  test('on LVM on a plain disk, or half on one: a problem', () => {
    const plain = { 'sys/block/dm-2/dm/uuid': lvm['sys/block/dm-2/dm/uuid'], 'sys/block/dm-2/slaves/sda2': '' }
    expect(look(area('/dev/dm-2', 'partition'), plain).says).toBe('problem')
    expect(look(area('/dev/dm-2', 'partition'), { ...luks, ...lvm, ...plain }).says).toBe('problem')
  })

  test('zram is memory, unless it writes back to a disk', () => {
    const zram = area('/dev/zram0', 'partition')
    expect(look(zram, { 'sys/block/zram0/backing_dev': 'none\n' })).toMatchObject({ says: 'warning' })
    expect(look(zram)).toMatchObject({ says: 'warning' })
    expect(look(zram, { 'sys/block/zram0/backing_dev': '/dev/sda5\n' }).says).toBe('problem')
    expect(look(zram + area('/swap.img', 'file')).says).toBe('problem')
  })

  test('a system that does not say', () => {
    expect(named(memoryChecks(machine(parent, {})), 'swap').says).toBe('unknown')
  })
})

describe('core dumps and memory', () => {
  const limits = (soft: string): string =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax core file size        ${soft.padEnd(21)}unlimited            bytes     \n`
  const look = (soft: string, pattern: string, filter = '00000000'): Check =>
    named(
      memoryChecks(
        machine(parent, {
          'proc/self/limits': limits(soft),
          'proc/sys/kernel/core_pattern': `${pattern}\n`,
          'proc/self/coredump_filter': `${filter}\n`,
        }),
      ),
      'core dumps',
    )
  // Of systemd's 50-coredump.conf, and of Ubuntu's apport.
  const collectors = [
    '|/usr/lib/systemd/systemd-coredump %P %u %g %s %t %c %h %e',
    '|/usr/share/apport/apport -p%p -s%s -c%c -d%d -P%P -u%u -g%g -- %E',
  ]

  test('none at all', () => expect(look('0', 'core')).toMatchObject({ says: 'ok' }))
  test('a limit above zero', () => expect(look('unlimited', 'core')).toMatchObject({ says: 'warning' }))
  test.each(collectors)('a collector gets them in spite of the limit: %s', (pattern) => {
    const found = look('0', pattern)
    expect(found.says).toBe('warning')
    expect(found.message).toContain('memory is left out')
    expect(look('0', pattern, '00000033').message).toContain('with the memory')
  })
  test('a system that does not say', () => {
    expect(named(memoryChecks(machine(parent, {})), 'core dumps').says).toBe('unknown')
  })

  test.each([
    ['MemAvailable:   24298988 kB', 'ok'],
    ['MemAvailable:     312000 kB', 'warning'],
    ['MemFree:          312000 kB', 'unknown'],
  ])('%s', (line, says) => {
    const text = `MemTotal:       24684096 kB\n${line}\n`
    expect(named(memoryChecks(machine(parent, { 'proc/meminfo': text })), 'memory').says).toBe(says)
  })
})

describe('clock', () => {
  const at = (text: string): UnixSeconds => (Date.parse(text) / 1000) as UnixSeconds
  const block = at('2026-11-20T12:00:00Z')

  test.each([
    ['1970-01-01T00:01:00Z', null, 'problem'],
    ['2026-10-31T23:59:59Z', null, 'problem'],
    ['2026-10-31T23:59:59Z', block, 'problem'],
    ['2026-11-20T11:44:59Z', block, 'warning'],
    ['2026-11-20T11:45:00Z', block, 'ok'],
    ['2026-11-21T12:00:00Z', block, 'ok'],
    ['2026-11-20T00:00:00Z', null, 'ok'],
  ] as const)('%s against %s: %s', (clock, against, says) => {
    const found = clockCheck(at(clock), against)
    expect(found.says).toBe(says)
    if (found.says === 'problem') expect(found.code).toBe('clock_wrong')
    expect(found.message).toContain(clock.slice(0, 10))
  })
})

describe('randomness', () => {
  const look = (estimate: string, device: string | null): Check =>
    entropyCheck(machine(parent, { 'proc/sys/kernel/random/entropy_avail': estimate, 'dev/random': device }))

  // 256 is what a kernel of 5.18 or later says once it has enough; one before says up to 4096.
  test.each([
    ['256\n', 'x', 'ok'],
    ['3754\n', 'x', 'ok'],
    ['180\n', 'x', 'warning'],
    ['12\n', null, 'problem'],
    ['12\n', '', 'problem'],
    ['\n', 'x', 'unknown'],
  ])('%j bits, a byte %j: %s', (estimate, device, says) => expect(look(estimate, device).says).toBe(says))
})
