// A socket: what other nodes reach an operator at. The contracts take any text; the nodes of an AVS do not.
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
const PRIVATE_HOST = /^(localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0|\[::1?\])/i

/**
 * What there is to say about a socket.
 *
 * @param text as signed
 * @param avs what the catalogue knows of the AVS
 */
export function judgeSocket(text: string, avs: Avs | undefined): Finding[] {
  const patterns = avs?.socketPatterns ?? null
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
    ...when(PRIVATE_HOST.test(text), () =>
      warning('socket_private', `the socket ${quote(text)} is on a private network: other nodes cannot reach it`),
    ),
  ]
}
