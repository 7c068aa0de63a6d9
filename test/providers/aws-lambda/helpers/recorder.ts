/** A proxy between the SDK and a server of the APIs of AWS that writes down what is asked, and can answer itself. */

import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import type { Teardown } from '../../../helpers/servers/start-server.ts'

export interface Asked {
  /** As a policy names it: `lambda:CreateFunction`. */
  readonly action: string
  readonly method: string
  readonly path: string
  /** Of the request: JSON, or the fields of a form without those that every request has. */
  readonly body: Readonly<Record<string, unknown>>
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

export interface Recorder {
  readonly endpoint: string
  /** Everything asked since the last call of this. */
  take(): readonly Asked[]
  /** Answers in place of the server, until it returns nothing. */
  answer: ((asked: Asked) => Reply | undefined) | undefined
  /** Told of everything. */
  onAsked: ((asked: Asked) => unknown) | undefined
}

/** Lambda's operations by method and path after the version of the API. */
const LAMBDA: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ['GET', /^\/account-settings/, 'GetAccountSettings'],
  ['POST', /^\/functions\/?$/, 'CreateFunction'],
  ['GET', /^\/functions\/[^/]+$/, 'GetFunction'],
  ['DELETE', /^\/functions\/[^/]+$/, 'DeleteFunction'],
  ['PUT', /^\/functions\/[^/]+\/code$/, 'UpdateFunctionCode'],
  ['GET', /^\/functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
  ['PUT', /^\/functions\/[^/]+\/configuration$/, 'UpdateFunctionConfiguration'],
  ['GET', /^\/functions\/[^/]+\/concurrency$/, 'GetFunctionConcurrency'],
  ['PUT', /^\/functions\/[^/]+\/concurrency$/, 'PutFunctionConcurrency'],
  ['DELETE', /^\/functions\/[^/]+\/concurrency$/, 'DeleteFunctionConcurrency'],
  ['POST', /^\/functions\/[^/]+\/invocations$/, 'InvokeFunction'],
  ['POST', /^\/tags\//, 'TagResource'],
]

export async function startRecorder(t: Teardown, target: string): Promise<Recorder> {
  let asked: Asked[] = []
  const agent = new http.Agent({ keepAlive: true })
  const server = http.createServer(async (request, response) => {
    const body = await bytesOf(request)
    const seen = understood(request, body)
    asked.push(seen)
    recorder.onAsked?.(seen)
    const own = recorder.answer?.(seen)
    const { status, headers = {}, body: content } = own ?? (await forward(target, agent, request, body))
    response.writeHead(status, {
      'content-length': Buffer.byteLength(content),
      date: new Date().toUTCString(),
      ...headers,
    })
    response.end(content)
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
    agent.destroy()
  })
  const address = server.address()
  const recorder: Recorder = {
    endpoint: typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '',
    take: () => {
      const taken = asked
      asked = []
      return taken
    },
    answer: undefined,
    onAsked: undefined,
  }
  return recorder
}

function understood({ method = '', url = '', headers }: IncomingMessage, bytes: Buffer): Asked {
  const text = bytes.toString('utf8')
  const path = decodeURIComponent(url.split('?')[0] ?? '')
  const target = headers['x-amz-target']
  const service = /\/([a-z0-9]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1] ?? ''
  if (typeof target === 'string')
    return { action: `${service}:${target.split('.').at(-1)}`, method, path, body: json(text) }
  if (service === 's3') return { action: `s3:${method}`, method, path, body: {} }
  const form = new URLSearchParams(text)
  if (form.has('Action')) {
    const fields = [...form].filter(([name]) => name !== 'Action' && name !== 'Version')
    return { action: `${service}:${form.get('Action')}`, method, path, body: Object.fromEntries(fields) }
  }
  const after = path.replace(/^\/\d{4}-\d\d-\d\d/, '')
  const operation =
    LAMBDA.find(([verb, pattern]) => verb === method && pattern.test(after))?.[2] ?? `${method} ${after}`
  return { action: `${service}:${operation}`, method, path, body: json(text) }
}

function json(text: string): Record<string, unknown> {
  return text === '' ? {} : JSON.parse(text)
}

async function forward(target: string, agent: http.Agent, request: IncomingMessage, body: Buffer): Promise<Reply> {
  const { connection: _, ...headers } = request.headers
  const outgoing = http.request(`${target}${request.url}`, { method: request.method ?? 'GET', headers, agent })
  outgoing.end(body)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  const bytes = await bytesOf(answer)
  const { connection: _c, 'transfer-encoding': _t, 'content-length': _l, ...received } = answer.headers
  return { status: answer.statusCode ?? 502, headers: received as Record<string, string>, body: bytes }
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of message) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
