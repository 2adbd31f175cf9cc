// A node that lies or fails on purpose: stands before the real one and changes what passes.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toFunctionSelector } from 'viem'

export interface Question {
  readonly id: number
  readonly method: string
  readonly params: readonly unknown[]
}

export interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string }
}

/** Changes what is asked, answers one by one, or the HTTP answer as a whole. */
export interface Faults {
  /** The body that the node gets. */
  readonly asked?: (body: string) => string
  readonly answer?: (question: Question, answer: Answer) => Answer
  readonly http?: (response: ServerResponse, body: string) => void
  /** Answers in place of the node, or not: true when it did. */
  readonly before?: (response: ServerResponse, questions: readonly Question[], asked: Asked) => boolean
}

/** How it was asked. */
export interface Asked {
  /** Whether there was a list around the questions. */
  readonly isList: boolean
  readonly headers: IncomingHttpHeaders
}

export interface Proxy {
  readonly url: string
  /** What was asked, in order. */
  readonly questions: readonly Question[]
  /** The HTTP requests, in order. */
  readonly bodies: readonly string[]
  /** The headers of each. */
  readonly headers: readonly IncomingHttpHeaders[]
  close(): Promise<void>
}

/** A lie to every call of a function: a word that no contract here gives. */
export function lieAbout(signature: string): Faults {
  const selector = toFunctionSelector(signature)
  const answer = (question: Question, real: Answer): Answer => {
    const { data = '' } = (question.params[0] ?? {}) as { data?: string }
    const isAsked = question.method === 'eth_call' && data.startsWith(selector)
    return isAsked ? { id: real.id, result: `0x${'07'.padStart(64, '0')}` } : real
  }
  return { answer }
}

/** All that is sent. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** Starts a proxy on a free loopback port. */
export async function startProxy(upstream: string, faults: Faults): Promise<Proxy> {
  const questions: Question[] = []
  const bodies: string[] = []
  const headers: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request)
      const json = JSON.parse(body) as Question | Question[]
      const asked = [json].flat()
      questions.push(...asked)
      bodies.push(body)
      headers.push(request.headers)
      if (faults.before?.(response, asked, { isList: Array.isArray(json), headers: request.headers }) === true) return
      const passed = faults.asked?.(body) ?? body
      const real = await fetch(upstream, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: passed,
      })
      const answers = (await real.json()) as Answer | Answer[]
      const changed = [answers].flat().map((answer) => {
        const question = asked.find(({ id }) => id === answer.id)
        return question === undefined || faults.answer === undefined ? answer : faults.answer(question, answer)
      })
      const text = JSON.stringify(Array.isArray(answers) ? changed : changed[0])
      if (faults.http === undefined) response.setHeader('content-type', 'application/json').end(text)
      else faults.http(response, text)
    })()
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${port}`, questions, bodies, headers, close }
}
