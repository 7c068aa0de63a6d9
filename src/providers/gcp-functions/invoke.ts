import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { type Answered, InvocationError, PayloadTooLargeError } from '../function/index.ts'
import { errorOf } from './answer-error.ts'
import { gcpFacts } from './facts.ts'
import type { IdTokens } from './id-token.ts'

/** After the time limit of a service: until the platform's own 504 has come. */
const MARGIN_MS = 30_000
/** Between signs of life on a connection over which nothing comes: shorter than routers forget one. */
const KEEP_ALIVE_MS = 45_000

export interface CallerOptions {
  /** Name of the service, for messages. */
  readonly name: string
  readonly url: string
  readonly timeoutMs: number
  readonly memoryBytes: number
  readonly tokens: IdTokens
}

/**
 * Calls of one service. By Node's own client of HTTP: the global `fetch` gives up after 300 s without a header, and a request may take an hour.
 */
export class Caller {
  readonly #options: CallerOptions
  readonly #agent: HttpAgent | HttpsAgent
  readonly #request: typeof requestHttp

  constructor(options: CallerOptions) {
    this.#options = options
    const isPlain = options.url.startsWith('http:')
    this.#agent = new (isPlain ? HttpAgent : HttpsAgent)({
      keepAlive: true,
      keepAliveMsecs: KEEP_ALIVE_MS,
      maxSockets: Number.POSITIVE_INFINITY,
    })
    this.#request = isPlain ? requestHttp : requestHttps
  }

  /** As {@link DeployedFunction.invoke}. */
  async call(body: string, signal: AbortSignal | undefined): Promise<Answered> {
    signal?.throwIfAborted()
    const bytes = Buffer.from(body)
    const { requestBytes, answerBytes } = gcpFacts.limits
    if (bytes.byteLength > requestBytes)
      throw new PayloadTooLargeError(
        `the request has ${bytes.byteLength} bytes, and Cloud Run takes ${requestBytes} at most`,
      )
    const authorization = await this.#options.tokens.header()
    const { answer, text } = await this.#exchange(bytes, authorization, answerBytes, signal)
    const status = answer.statusCode ?? 0
    // What the platform, or the project's log, knows the request by.
    const requestId = traceOf(answer)
    if (status === 200) return { body: text, requestId }
    throw errorOf({
      ...this.#options,
      status,
      headers: answer.headers,
      text,
      requestId,
      advice: this.#options.tokens.advice,
    })
  }

  close(): void {
    this.#agent.destroy()
  }

  #exchange(
    body: Buffer,
    authorization: string,
    mostBytes: number,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly answer: IncomingMessage; readonly text: string }> {
    const { url, name, timeoutMs } = this.#options
    const headers = { 'content-type': 'application/json', 'content-length': body.byteLength, authorization }
    return new Promise((resolve, reject) => {
      let sent: ClientRequest
      const limit = setTimeout(() => {
        sent.destroy(
          new InvocationError(`${name} did not answer within its time limit of ${timeoutMs / 1000} s`, 'timed-out'),
        )
      }, timeoutMs + MARGIN_MS)
      const onAbort = (): void => {
        sent.destroy()
        fail(signal?.reason)
      }
      const fail = (error: unknown): void => {
        clearTimeout(limit)
        signal?.removeEventListener('abort', onAbort)
        reject(error instanceof Error && 'code' in error ? unreachable(name, error) : error)
      }
      sent = this.#request(url, { method: 'POST', headers, agent: this.#agent }, (answer) => {
        readText(answer, mostBytes).then((text) => {
          clearTimeout(limit)
          signal?.removeEventListener('abort', onAbort)
          resolve({ answer, text })
        }, fail)
      })
      sent.on('error', fail)
      sent.on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS))
      signal?.addEventListener('abort', onAbort, { once: true })
      sent.end(body)
    })
  }
}

async function readText(answer: IncomingMessage, mostBytes: number): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of answer as AsyncIterable<Buffer>) {
    bytes += piece.byteLength
    if (bytes > mostBytes) throw new InvocationError(`the answer has more than ${mostBytes} bytes`, 'garbled')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** The connection could not be made, or broke. Between us and Google: an instance that dies gives an answer (of Google's front). */
function unreachable(name: string, cause: Error): InvocationError {
  return new InvocationError(
    `the connection to ${name} failed (${cause.message}); whether it went on is not known`,
    'unreachable',
    { cause },
  )
}

function traceOf({ headers }: IncomingMessage): string | undefined {
  const trace = headers['x-cloud-trace-context']
  return typeof trace === 'string' ? trace.split(/[/;]/, 1)[0] : undefined
}
