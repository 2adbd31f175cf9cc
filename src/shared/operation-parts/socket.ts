// A socket: what other nodes reach an operator at. The contracts take any text; the nodes of an AVS do not.
//
// What nobody can dial follows RFC 1123 (names of hosts), RFC 791 and 4291 (addresses) and RFC 9293 (a port of 16 bits, and not 0).
import * as z from 'zod'
import type { Avs } from '../catalogue/catalogue-schema.ts'
import { issue } from '../base/fields.ts'
import { warning, when, type Finding } from '../base/finding.ts'
import { quote } from '../base/quote.ts'
import { fitsPattern } from './socket-pattern.ts'

export const MAX_SOCKET = 512

/** Any text that a person can see; controls, formatting marks and lone surrogates could only deceive. */
export const socket = z
  .string()
  .max(MAX_SOCKET, `expected at most ${MAX_SOCKET} characters`)
  .superRefine((text, context) => {
    if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) {
      context.addIssue({ code: 'custom', ...issue('socket_unprintable', 'expected printable characters only') })
    }
  })

const USUAL = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}(;\d{1,5})*$/
const HIGHEST_PORT = 65_535
const PRIVATE_HOST = /^(localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0|\[::1?\])/i

/** Why nobody can dial a socket of the usual form, reason by reason; none where nothing speaks against it. */
function undialable(text: string): readonly string[] {
  const [, host = '', ports = ''] = /^(.*?):(\d[\d;]*)$/.exec(text) ?? []
  const wrong = ports.split(';').filter((port) => Number(port) === 0 || Number(port) > HIGHEST_PORT)
  return [...hostFault(host), ...wrong.map((port) => `port ${port} is not 1 to 65,535`)]
}

function hostFault(host: string): readonly string[] {
  const says = (fits: boolean, what: string): readonly string[] => (fits ? [] : [`${quote(host)} is not ${what}`])
  if (host.startsWith('[')) return says(z.ipv6().safeParse(host.slice(1, -1)).success, 'an IPv6 address')
  if (/^[\d.]+$/.test(host)) return says(z.ipv4().safeParse(host).success, 'an IPv4 address')
  const name = 'the name of a host: its parts have 1 to 63 letters, digits and hyphens between, 253 in all'
  return says(z.hostname().safeParse(host).success, name)
}

/**
 * What there is to say about a socket.
 *
 * @param text as signed
 * @param avs what the catalogue knows of the AVS
 */
export function judgeSocket(text: string, avs: Avs | undefined): Finding[] {
  const patterns = avs?.socketPatterns ?? null
  const reasons = USUAL.test(text) ? undialable(text) : []
  const strange = patterns !== null && !patterns.some((pattern) => fitsPattern(pattern, text))
  return [
    ...when(!USUAL.test(text), () =>
      warning(
        'socket_unusual',
        `the socket ${quote(text)} is not HOST:PORT or HOST:PORT;PORT: the contract takes any text, the AVS may not`,
      ),
    ),
    ...when(strange && USUAL.test(text), () =>
      warning(
        'socket_unusual',
        `the socket ${quote(text)} has not the form of ${avs?.name ?? 'this AVS'}, ${(patterns ?? []).join(' or ')}: its other nodes may not find this one`,
      ),
    ),
    ...when(reasons.length > 0, () =>
      warning('socket_undialable', `nobody can dial the socket ${quote(text)}: ${reasons.join('; ')}`),
    ),
    ...when(PRIVATE_HOST.test(text), () =>
      warning('socket_private', `the socket ${quote(text)} is on a private network: other nodes cannot reach it`),
    ),
  ]
}
