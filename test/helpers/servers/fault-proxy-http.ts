/** An HTTP proxy before an object store that causes, on demand, what networks and overloaded services do. */

import { once } from 'node:events'
import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ArmedFault, ArmedFaults, type ArmOptions } from './armed-faults.ts'
import { flipped, type HttpFault, type HttpReply, refusal, send, spoil } from './http-faults.ts'

export interface HttpRequestSeen {
  readonly method: string
  /** Path and query, as sent. */
  readonly path: string
  readonly bytes: number
}

export interface HttpFaultProxyOptions {
  /** Origin of the server, such as http://127.0.0.1:7070. */
  readonly target: string
  /** Tell the server its own host instead of the proxy's (where nothing is signed), and rewrite its redirections. */
  readonly rewriteHost?: boolean
  /** Told of every request that the server has answered. */
  readonly onReply?: (request: HttpRequestSeen, status: number) => void
}

/** Headers that belong to one connection. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'expect', 'content-length']

export class HttpFaultProxy {
  readonly #options: HttpFaultProxyOptions
  readonly #server: http.Server
  readonly #agent: http.Agent = new http.Agent({ keepAlive: true })
  readonly #armed = new ArmedFaults<HttpFault, HttpRequestSeen>()
  #origin = ''

  private constructor(options: HttpFaultProxyOptions) {
    this.#options = options
    this.#server = http.createServer((request, response) => {
      this.#serve(request, response).catch(() => request.socket.resetAndDestroy())
    })
    this.#server.keepAliveTimeout = 0
  }

  /** Listens on a free loopback port. */
  static async start(options: HttpFaultProxyOptions): Promise<HttpFaultProxy> {
    const proxy = new HttpFaultProxy(options)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    const address = proxy.#server.address()
    proxy.#origin = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
    return proxy
  }

  /** Origin of the proxy, such as http://127.0.0.1:40001. */
  get url(): string {
    return this.#origin
  }

  /** Lets the next `count` requests that match suffer the fault; of several armed, the oldest takes a request. */
  arm(fault: HttpFault, options: ArmOptions<HttpRequestSeen> = {}): ArmedFault {
    return this.#armed.arm(fault, options)
  }

  disarmAll(): void {
    this.#armed.disarmAll()
  }

  /** Ends every connection there is. */
  cutAll(): void {
    this.#server.closeAllConnections()
  }

  async close(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    this.#agent.destroy()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const seen = { method: request.method ?? '', path: request.url ?? '', bytes: body.length }
    const forward = async (sent: Buffer = body): Promise<HttpReply> => {
      const reply = await this.#forward(request, sent)
      this.#options.onReply?.(seen, reply.status)
      return reply
    }
    const fault = this.#armed.take(seen)
    if (fault === undefined) return send(response, await forward(), request)
    switch (fault.kind) {
      case 'status':
        return send(response, refusal(fault.status, fault.retryAfter), request)
      case 'reset':
        request.socket.resetAndDestroy()
        return
      case 'stall':
        await Promise.race([once(request.socket, 'close'), sleep(fault.ms, undefined, { ref: false })])
        request.socket.resetAndDestroy()
        return
      case 'flip-request':
        return send(response, await forward(flipped(body)), request)
      case 'lost-reply':
        await forward()
        request.socket.resetAndDestroy()
        return
      case 'duplicate':
        await forward()
        return send(response, await forward(), request)
      default:
        return await spoil(response, await forward(), fault, request)
    }
  }

  async #forward(request: IncomingMessage, body: Buffer): Promise<HttpReply> {
    const { target, rewriteHost = false } = this.#options
    const headers = withoutHopByHop(request.headers)
    if (rewriteHost) headers.host = new URL(target).host
    if (body.length > 0 || (request.method !== 'GET' && request.method !== 'HEAD'))
      headers['content-length'] = body.length
    const outgoing = http.request(`${target}${request.url}`, {
      method: request.method,
      headers,
      agent: this.#agent,
    })
    outgoing.end(body)
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
    const received = await bodyOf(answer)
    const answered = withoutHopByHop(answer.headers)
    if (rewriteHost && typeof answered.location === 'string')
      answered.location = answered.location.replace(target, this.#origin)
    const length = answer.headers['content-length']
    if (request.method === 'HEAD' && length !== undefined) answered['content-length'] = length
    return { status: answer.statusCode ?? 502, headers: answered, body: received }
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of message) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function withoutHopByHop(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)))
}
