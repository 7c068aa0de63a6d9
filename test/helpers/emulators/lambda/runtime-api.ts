import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { ANSWER_BYTES, answerTooLarge, type Ending } from './ending.ts'

export interface RuntimeHandlers {
  /** The function asks for its next invocation. */
  readonly onNext: () => void
  /** It answers, or tells an error. @returns false when no such invocation waits */
  readonly onEnding: (requestId: string, ending: Ending) => boolean
  readonly onInitError: (ending: Ending) => void
}

const VERSION = '/2018-06-01/runtime'

/**
 * The HTTP API that a sandbox sees, at a port of its own: the runtime interface client tells errors of its start
 * without the path that AWS_LAMBDA_RUNTIME_API may have.
 */
export class RuntimeApi {
  readonly address: string
  readonly firstPoll: Promise<void>
  handlers: RuntimeHandlers | undefined
  readonly #server: http.Server
  readonly #sawPoll: () => void
  #poll: ServerResponse | undefined

  private constructor(server: http.Server, port: number) {
    this.#server = server
    this.address = `127.0.0.1:${port}`
    const { promise, resolve } = Promise.withResolvers<void>()
    this.firstPoll = promise
    this.#sawPoll = resolve
    server.on('request', (request, response) => {
      this.#serve(request, response).catch(() => request.socket.destroy())
    })
  }

  static async listen(): Promise<RuntimeApi> {
    const server = http.createServer({ keepAliveTimeout: 0, requestTimeout: 0 })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return new RuntimeApi(server, typeof address === 'object' && address ? address.port : 0)
  }

  /** True while the function waits for an invocation. */
  get isPolled(): boolean {
    return this.#poll !== undefined
  }

  deliver(payload: Buffer, headers: Readonly<Record<string, string>>): void {
    // Without a type the runtime interface client ends with a segmentation fault.
    this.#poll?.writeHead(200, { 'content-type': 'application/json', ...headers }).end(payload)
    this.#poll = undefined
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(VERSION, '')
    if (request.method === 'GET' && path === '/invocation/next') {
      this.#poll = response
      this.#sawPoll()
      this.handlers?.onNext()
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    if (path === '/init/error') {
      this.handlers?.onInitError({ body, functionError: 'Unhandled' })
      return reply(response, 202, { status: 'OK' })
    }
    const [, requestId = '', what] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    if (what === undefined) return reply(response, 404, { errorType: 'NotFound', errorMessage: path })
    const isTooLarge = what === 'response' && body.length > ANSWER_BYTES
    const ending: Ending = isTooLarge
      ? answerTooLarge()
      : what === 'error'
        ? { body, functionError: 'Unhandled' }
        : { body }
    if (!this.handlers?.onEnding(decodeURIComponent(requestId), ending))
      return reply(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' })
    if (isTooLarge)
      return reply(response, 413, {
        errorType: 'RequestEntityTooLarge',
        errorMessage: `Exceeded maximum allowed payload size (${ANSWER_BYTES} bytes).`,
      })
    return reply(response, 202, { status: 'OK' })
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
