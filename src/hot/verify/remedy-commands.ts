// The commands in the sentences of reverts.json, where they stand as names in braces: {verify}, {again --expiry 7d}.
//
// {again} builds the request once more, whose kind is not known before the call is refused.
import { buildCommand, coldCommand, hotCommand, type BuildKind } from '../../shared/base/commands.ts'

const commands = new Map<string, (kind: BuildKind | null) => string>([
  ['again', (kind) => (kind === null ? hotCommand('build') : buildCommand(kind))],
  ['again --expiry 7d', (kind) => (kind === null ? hotCommand('build') : buildCommand(kind, { '--expiry': '7d' }))],
  ['register', () => buildCommand('register')],
  ['send', () => hotCommand('send', { RESPONSE: 'RESPONSE' })],
  ['show', () => hotCommand('show')],
  ['sign', () => coldCommand('sign')],
  ['status', () => hotCommand('status', { '--avs': 'NAME', '--operator': 'ADDRESS', '--rpc-url': 'URL' })],
  ['verify', () => hotCommand('verify')],
])

/** The sentence with its commands; what is in braces and not among them stays. */
export const withCommands = (sentence: string, kind: BuildKind | null): string =>
  sentence.replaceAll(/\{([a-z][a-z0-9 -]*)\}/g, (braced, name: string) => commands.get(name)?.(kind) ?? braced)
