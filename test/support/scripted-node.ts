// A node that replies as it is told: real HTTP on 127.0.0.1, and a clock of waits that is held.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Pace } from '../../src/hot/rpc/retry.ts'
import { bodyOf } from './proxy.ts'

export interface Call {
  readonly id: number
  readonly params: readonly unknown[]
}
export type Reply = (response: ServerResponse, asked: Call | readonly Call[], count: number) => void

const closing: (() => Promise<void>)[] = []

/** Closes all of them. */
export async function closeNodes(): Promise<void> {
  for (const close of closing.splice(0)) await close()
}

/** A clock that moves by its sleeps alone. */
export function heldPace(): Pace & { readonly slept: number[] } {
  const slept: number[] = []
  const sleep = (time: number): Promise<void> => {
    slept.push(time)
    return Promise.resolve()
  }
  return { slept, sleep, now: () => slept.reduce((sum, time) => sum + time, 0), random: () => 1 }
}

/** A node that replies as told and remembers what it was sent. */
export async function node(reply: Reply): Promise<{ url: string; asked: (Call | readonly Call[])[] }> {
  const asked: (Call | readonly Call[])[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      asked.push(JSON.parse(body) as Call | readonly Call[])
      reply(response, asked.at(-1) ?? [], asked.length)
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  closing.push(
    () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/KEY`, asked }
}

export const echo = ({ id, params }: Call): unknown => ({ jsonrpc: '2.0', id, result: params[0] })
export const isBatch = (asked: Call | readonly Call[]): asked is readonly Call[] => Array.isArray(asked)
export const honest: Reply = (response, asked) =>
  void response.end(JSON.stringify(isBatch(asked) ? asked.map(echo) : echo(asked)))
export const error = (code: number, message: string, id: number | null = null): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })

export const questions = (count: number): { method: string; params: number[] }[] =>
  Array.from({ length: count }, (_, index) => ({ method: 'echo', params: [index] }))
export const values = (count: number): { result: number }[] =>
  Array.from({ length: count }, (_, result) => ({ result }))
