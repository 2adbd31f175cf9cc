// Whether what is in memory can get onto a disk: swap, core dumps; and whether there is enough memory.
//
// /proc/swaps and, for swap on a device-mapper, /sys/block: the kernel names such a device's maker, and "CRYPT-" is
// dm-crypt. For any other disk, and for a swap file, it cannot be told whether it is encrypted, and the worse is assumed.
// Core dumps: the limit of the shell, where the kernel sends a dump (core_pattern), and which memory it leaves out
// (coredump_filter, which harden.ts sets).
import { quote, shown } from '../../shared/base/quote.ts'
import { ok, problem, unknown, warn, type Check } from './check.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'

/** Memory that opening a key file takes: the largest scrypt is 1 GiB, the usual one 256 MiB, and Node takes some. */
const MEMORY_WANTED = 512 * 1024

/** Swap, core dumps, free memory. */
export function memoryChecks(root = '/'): readonly Check[] {
  const files = systemFiles(root)
  return [swapCheck(files), coreCheck(files), memoryCheck(files)]
}

function swapCheck(files: SystemFiles): Check {
  const table = files.text('proc/swaps')
  if (table === null) {
    return unknown('swap', 'this system does not list its swap', 'see that none is on, or that it is encrypted')
  }
  const areas = table
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split(/\s+/)[0] ?? [])
    .filter((path) => path !== '')
  if (areas.length === 0) return ok('swap', 'there is none')
  const kinds = areas.map((path) => [path, kindOfSwap(files, path)] as const)
  const message = kinds.map(([path, kind]) => `${quote(path)} ${kind}`).join('; ')
  const hint = 'switch it off: `sudo swapoff -a`, and take it out of /etc/fstab'
  if (!kinds.some(([, kind]) => kind === ON_DISK)) return warn('swap', message, hint)
  return problem('swap', { code: 'swap_on', message: `swap is on: ${message}`, hint })
}

const ON_DISK = 'is on a disk, and whether that is encrypted cannot be told'

function kindOfSwap(files: SystemFiles, path: string): string {
  const device = /^\/dev\/([^/]+)$/.exec(path)?.[1] ?? ''
  const backing = files.word(`sys/block/${device}/backing_dev`)
  if (/^zram\d+$/.test(device) && (backing === null || backing === 'none')) return 'is compressed memory (zram)'
  return isEncrypted(files, device) ? 'is on an encrypted disk (dm-crypt)' : ON_DISK
}

/** True where a device, or each device below it, is dm-crypt's. Four layers are more than anybody stacks. */
function isEncrypted(files: SystemFiles, device: string, layers = 4): boolean {
  if (device === '' || layers === 0) return false
  if ((files.word(`sys/block/${device}/dm/uuid`) ?? '').startsWith('CRYPT-')) return true
  const below = files.names(`sys/block/${device}/slaves`) ?? []
  return below.length > 0 && below.every((name) => isEncrypted(files, name, layers - 1))
}

function coreCheck(files: SystemFiles): Check {
  const limit = /^Max core file size\s+(\S+)/m.exec(files.text('proc/self/limits') ?? '')?.[1]
  const pattern = files.word('proc/sys/kernel/core_pattern')
  if (limit === undefined || pattern === null) {
    return unknown('core dumps', 'this system does not say whether it keeps core dumps', 'type `ulimit -c 0` first')
  }
  const filter = files.word('proc/self/coredump_filter') ?? ''
  const left = /^0+$/.test(filter) ? 'memory is left out of it' : 'with the memory of the program'
  if (pattern.startsWith('|')) {
    const hint = '`sudo sysctl kernel.core_pattern=core`, then `ulimit -c 0`: a limit does not stop a pipe'
    return warn('core dumps', `a crash is handed to a program, ${quote(pattern.slice(1), 40)}; ${left}`, hint)
  }
  if (limit === '0') return ok('core dumps', 'a crash leaves none')
  return warn('core dumps', `a crash leaves a file of up to ${shown(limit)} bytes; ${left}`, 'type `ulimit -c 0` first')
}

function memoryCheck(files: SystemFiles): Check {
  const free = /^MemAvailable:\s+(\d+) kB/m.exec(files.text('proc/meminfo') ?? '')?.[1]
  const hint = 'close other programs: opening a key file takes 256 MiB and more'
  if (free === undefined) return unknown('memory', 'this system does not say how much memory is free', hint)
  const message = `${Math.floor(Number(free) / 1024)} MiB are free`
  return Number(free) < MEMORY_WANTED ? warn('memory', message, hint) : ok('memory', message)
}
