// Where a node is, and what it is told about who asks: its URL, and the headers that go with every request.
//
// A user name and a password in the URL are sent as RFC 7617 says (Basic, UTF-8) and taken out of the URL. Of all this the
// host alone is ever shown. A node may say in its refusal what it was sent, so everything secret is taken out of its words too.
import { refusal } from '../../shared/base/errors.ts'

/** A header, as it is sent. */
export type Header = readonly [name: string, value: string]

/** Where to ask. */
export interface NodeAddress {
  /** Without a user name or a password; it may hold an API key. */
  readonly url: URL
  readonly headers: readonly Header[]
  /** Takes what is secret of URL and headers out of a text. */
  readonly hide: (text: string) => string
}

const DOING = 'reading the command line'
const HIDDEN = '[hidden]'

/**
 * Reads the URL of a node.
 *
 * @param more headers out of a file
 * @throws AirlockError usage, without showing what was typed
 */
export function nodeAddress(typed: string, more: readonly Header[] = []): NodeAddress {
  const url = urlOf(typed)
  const words = userAndPassword(url)
  const basic = words === null ? null : Buffer.from(words.join(':')).toString('base64')
  const headers: readonly Header[] = basic === null ? more : [...more, ['authorization', `Basic ${basic}`]]
  if (basic !== null && more.some(([name]) => name.toLowerCase() === 'authorization')) {
    const seen = '--rpc-url has a user name and a password, and --rpc-header-file an Authorization header as well'
    throw refusal(DOING, 'usage', seen, 'leave one of the two out')
  }
  const raw = [url.username, url.password]
  url.username = ''
  url.password = ''
  const secrets = [
    ...raw,
    ...(words ?? []),
    ...headers.flatMap(([, value]) => [value, value.replace(/^\w+ /, '')]),
    ...keysIn(url),
  ]
  return { url, headers, hide: hiding(secrets) }
}

function urlOf(typed: string): URL {
  const url = URL.canParse(typed) ? new URL(typed) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    const hint =
      'give a URL such as http://127.0.0.1:8545; in a password, spell / # ? @ : and % as %2F %23 %3F %40 %3A %25'
    throw refusal(DOING, 'usage', '--rpc-url is no http or https URL', hint)
  }
  // https://user:12/34@host is a host "user", a port 12 and a path, and half of the password would be shown as the host.
  if (/@/.test(url.pathname + url.search + url.hash)) {
    const seen = '--rpc-url has an @ behind its host, as if a password had a / # or ? in it'
    throw refusal(
      DOING,
      'usage',
      seen,
      'spell these %2F %23 %3F in a password; where the @ belongs to the path, spell it %40',
    )
  }
  return url
}

/** User name and password of a URL, decoded; null where it has none. */
function userAndPassword(url: URL): readonly [string, string] | null {
  if (url.username === '' && url.password === '') return null
  const [user, password] = [decoded(url.username), decoded(url.password)]
  // A colon ends the user name in the header, and control characters are not allowed there (RFC 7617, 2).
  const isBad = user === null || password === null || user.includes(':') || /\p{Cc}/u.test(user + password)
  if (!isBad) return [user, password]
  const seen =
    'the user name or the password in --rpc-url cannot be sent: a % that is no escape, a colon, a control character'
  throw refusal(DOING, 'usage', seen, 'spell % as %25; a user name has no colon')
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** Parts of path and query that look like keys: "v3" and "mainnet" do not. */
function keysIn({ pathname, search }: URL): readonly string[] {
  const parts = `${pathname}&${search}`.split(/[/?&=]/)
  return parts.flatMap((part) => {
    const isKey = part.length >= 20 || (part.length >= 8 && /\d/.test(part))
    return isKey ? [part, decoded(part) ?? part] : []
  })
}

function hiding(secrets: readonly string[]): (text: string) => string {
  const all = [...new Set(secrets)].filter((secret) => secret !== '')
  const longestFirst = all.toSorted((a, b) => b.length - a.length).map(pattern)
  if (longestFirst.length === 0) return (text) => text
  const any = new RegExp(longestFirst.join('|'), 'g')
  return (text) => text.replace(any, HIDDEN)
}

/** A short word is hidden only where it stands alone: a user name "a" is not every a. */
function pattern(secret: string): string {
  const literal = secret.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
  return secret.length < 4 ? `(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])` : literal
}
