/** The door on Cloud Run, and of the processes of the local provider: Google's functions framework, one request at a time. */

import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { http, type Request, type Response } from '@google-cloud/functions-framework'
import { getTestServer } from '@google-cloud/functions-framework/testing'
import { isNumpywrenError } from '../errors.ts'
import { decodeRequest } from '../providers/index.ts'
import { Handler } from './handler.ts'

const NAME = 'numpywren'
/** What Cloud Run takes over HTTP/1, both ways. */
const MESSAGE_BYTES = 32 * 2 ** 20
/** Room for the headers of an answer. */
const ROOM_BYTES = 2 ** 20

export interface ServeHttpOptions {
  /** 0 for any that is free. */
  readonly port: number
  /** @default all addresses */
  readonly host?: string | undefined
  /** What requests must bring, where no platform asks who they are from. @default nothing */
  readonly key?: string | undefined
}

/** Serves until the process is asked to end. A request under way is then answered first: what computes is finished, the rest given back. */
export async function serveHttp({ port, host, key }: ServeHttpOptions): Promise<Server> {
  const handler = new Handler()
  http(NAME, async (request: Request, response: Response) => {
    const answer = await handler.handle(parsed(request), { answerBytes: MESSAGE_BYTES - ROOM_BYTES })
    response.set(closing(server)).json(answer)
  })
  // The framework's own start answers a request with an error when the process is asked to end; this is its server without that.
  const server = getTestServer(NAME)
  guard(server, (request) => refusalOf(request, key) ?? (handler.isBusy ? [429, BUSY] : undefined))
  server.requestTimeout = 0
  server.setTimeout(0)
  const end = (): void => {
    handler.end()
    server.close(() => void handler.close())
    server.closeIdleConnections()
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve)
  })
  return server
}

const BUSY = 'this process works on another request; it takes one at a time'

/** Status and reason. */
type Refusal = readonly [number, string]

/** Looks at requests before anything reads them. */
function guard(server: Server, refusal: (request: IncomingMessage) => Refusal | undefined): void {
  const listeners = server.listeners('request') as RequestListener[]
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refused = refusal(request)
    if (refused !== undefined) {
      const [status, reason] = refused
      // What is still coming of it is read and dropped: a connection that is cut takes the answer with it.
      response.writeHead(status, { 'content-type': 'text/plain', ...closing(server) }).end(`${reason}\n`)
      return
    }
    // Read as bytes whatever they are said to be: what is wrong with them is for the answer to say.
    request.headers['content-type'] = 'application/octet-stream'
    for (const listener of listeners) listener.call(server, request, response as Parameters<RequestListener>[1])
  })
}

/** A server that takes no more connections keeps none. */
function closing(server: Server): { readonly connection?: 'close' } {
  return server.listening ? {} : { connection: 'close' }
}

function refusalOf({ method, headers }: IncomingMessage, key: string | undefined): Refusal | undefined {
  if (key !== undefined && !isSame(headers.authorization ?? '', `Bearer ${key}`))
    return [401, 'only the process that started this one may call it']
  if (method !== 'POST') return [405, 'requests are posted']
  const bytes = Number(headers['content-length'] ?? 0)
  if (bytes > MESSAGE_BYTES)
    return [413, `the request has ${bytes} bytes, and ${MESSAGE_BYTES} are the most it may have`]
  return undefined
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The request, or what is wrong with it. */
function parsed({ rawBody }: Request): unknown {
  try {
    return decodeRequest(rawBody?.toString('utf8') ?? '')
  } catch (error) {
    if (isNumpywrenError(error, 'RequestFormatError')) return error
    throw error
  }
}
