// Radios of this machine: wireless network cards, mobile broadband, Bluetooth; there or not, switched off or not.
//
// From /sys/class/{ieee80211,wwan,bluetooth} and the kill switches of /sys/class/rfkill. A radio is off where its own switch
// is, by software or by a button (hard); one without a switch counts as on. A switch of software can be turned by any program
// with the right to; only a card taken out is gone.
import { ok, unknown, warn, type Check } from './check.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'
import { shown } from '../../shared/base/quote.ts'

interface Switch {
  readonly type: string
  readonly name: string
  readonly isSoft: boolean
  readonly isHard: boolean
}

interface Kind {
  readonly name: string
  /** Folders of /sys/class whose entries of this form are such radios. */
  readonly classes: readonly (readonly [folder: string, entry: RegExp])[]
  /** The words of rfkill for it. */
  readonly types: readonly string[]
  readonly off: string
}

const wireless: Kind = {
  name: 'wireless',
  classes: [
    ['ieee80211', /^/],
    ['wwan', /^wwan\d+$/],
  ],
  types: ['wlan', 'wwan', 'wimax', 'ultrawideband', 'nfc'],
  off: '`rfkill block all` switches it off; taking the card out is better',
}

const bluetooth: Kind = {
  name: 'Bluetooth',
  classes: [['bluetooth', /^hci\d+$/]],
  types: ['bluetooth'],
  off: '`rfkill block bluetooth` switches it off; some machines can in their firmware, for good',
}

/** The wireless devices, and Bluetooth. */
export function radioChecks(root = '/'): readonly Check[] {
  const files = systemFiles(root)
  return [wireless, bluetooth].map((kind) => check(files, kind))
}

function check(files: SystemFiles, kind: Kind): Check {
  if (files.names('sys/class') === null) {
    return unknown(
      kind.name,
      'this system does not list its radios',
      'look for them in its settings, and switch them off',
    )
  }
  const switches = switchesOf(files, kind)
  const radios = radiosOf(files, kind, switches)
  if (radios.length === 0) return ok(kind.name, 'there is no such device')
  const on = radios.filter((radio) => offBy(radio, switches) === null)
  if (on.length > 0) return warn(kind.name, `${listed(on)} can be used`, kind.off)
  return ok(kind.name, radios.map((radio) => `${shown(radio)} is off by ${offBy(radio, switches) ?? ''}`).join('; '))
}

/** The devices of a kind; where no driver lists one, the switches themselves. */
function radiosOf(files: SystemFiles, { classes }: Kind, switches: readonly Switch[]): readonly string[] {
  const devices = classes.flatMap(([folder, entry]) =>
    (files.names(`sys/class/${folder}`) ?? []).filter((name) => entry.test(name)),
  )
  return devices.length > 0 ? devices : switches.map(({ name }) => name)
}

function switchesOf(files: SystemFiles, { types }: Kind): readonly Switch[] {
  const all = (files.names('sys/class/rfkill') ?? []).map((entry): Switch => {
    const word = (file: string): string => files.word(`sys/class/rfkill/${entry}/${file}`) ?? ''
    const name = word('name')
    return {
      ...{ type: word('type'), name: name === '' ? entry : name },
      ...{ isSoft: word('soft') === '1', isHard: word('hard') === '1' },
    }
  })
  return all.filter(({ type }) => types.includes(type))
}

/** What switches a radio off; null where nothing does. */
function offBy(radio: string, switches: readonly Switch[]): string | null {
  const own = switches.filter(({ name }) => name === radio)
  if (own.some(({ isHard }) => isHard)) return 'a button'
  if (own.some(({ isSoft }) => isSoft)) return 'software'
  return null
}

const listed = (names: readonly string[]): string => names.map(shown).join(', ')
