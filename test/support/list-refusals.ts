// How nodes and gateways refuse a list of questions, as they were met, and how they answer it in part.
import type { ServerResponse } from 'node:http'

interface Called {
  readonly id: number
}

/** One way to refuse a list. */
export interface ListRefusal {
  readonly what: string
  readonly refuse: (response: ServerResponse, calls: readonly Called[]) => void
}

const TOO_MANY = { code: 31, message: 'Batch of more than 3 requests are not allowed on free plan' }

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const some = (calls: readonly Called[]): object[] => calls.map(({ id }) => ({ jsonrpc: '2.0', id, result: -1 }))

/** All ways. */
export const listRefusals: readonly ListRefusal[] = [
  {
    what: 'HTTP 500 and one error',
    refuse: (response) => json(response, 500, { jsonrpc: '2.0', id: null, error: TOO_MANY }),
  },
  {
    what: 'HTTP 500 and an error for each question',
    refuse: (response, calls) =>
      json(
        response,
        500,
        calls.map(({ id }) => ({ jsonrpc: '2.0', id, error: TOO_MANY })),
      ),
  },
  { what: 'HTTP 500 and a bare error', refuse: (response) => json(response, 500, TOO_MANY) },
  {
    what: 'HTTP 200 and a list of one error without an id',
    refuse: (response) => json(response, 200, [{ jsonrpc: '2.0', id: null, error: TOO_MANY }]),
  },
  {
    what: 'HTTP 200 and errors without ids, in words that say nothing of lists',
    refuse: (response, calls) =>
      json(
        response,
        200,
        calls.map(() => ({ jsonrpc: '2.0', id: null, error: { code: -32600, message: 'no' } })),
      ),
  },
  { what: 'HTTP 400 and text', refuse: (response) => void response.writeHead(400).end('Bad Request') },
  {
    what: 'HTTP 400 and a web page',
    refuse: (response) => void response.writeHead(400).end('<html><body><h1>400 Bad Request</h1></body></html>'),
  },
  { what: 'HTTP 403', refuse: (response) => void response.writeHead(403).end() },
  { what: 'HTTP 413', refuse: (response) => void response.writeHead(413).end('<html>Request Entity Too Large</html>') },
  {
    what: 'HTTP 200 and an error without a reason',
    refuse: (response) =>
      json(response, 200, { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'invalid' } }),
  },
  { what: 'fewer answers than questions', refuse: (response, calls) => json(response, 200, some(calls).slice(1)) },
  { what: 'no answers', refuse: (response) => json(response, 200, []) },
  {
    what: 'one answer twice and one missing',
    refuse: (response, calls) => json(response, 200, [...some(calls.slice(1)), ...some(calls.slice(1, 2))]),
  },
  {
    what: 'the ids as text',
    refuse: (response, calls) =>
      json(
        response,
        200,
        calls.map(({ id }) => ({ id: String(id), result: 7 })),
      ),
  },
]
