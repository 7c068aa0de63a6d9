import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf, type Listening, listen } from './http.ts'
import type { Identities } from './identity.ts'
import type { Call, InstanceAnswer } from './instance.ts'
import type { CloudRunStats } from './options.ts'
import { InstanceLostError, NoInstanceError, type Revision } from './revision.ts'

/** Of a request or an answer over HTTP/1. */
const MOST_BYTES = 32 * 2 ** 20

export interface FrontOptions {
  readonly identities: Identities
  readonly stats: CloudRunStats
  /** Whether an account may invoke the service. */
  readonly mayInvoke: (email: string) => boolean
  /** `undefined` while the service has no revision that is ready. */
  readonly revision: () => Revision | undefined
  readonly now: () => number
}

/** What stands before the instances of one service, at a URL of its own. */
export function startFront(options: FrontOptions): Promise<Listening> {
  const front: { url: string } = { url: '' }
  return listen((request, response) => serve(request, response, front.url, options)).then((listening) => {
    front.url = listening.url
    return listening
  })
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
  { identities, stats, mayInvoke, revision: current, now }: FrontOptions,
): Promise<void> {
  response.setHeader('date', new Date(now()).toUTCString())
  response.setHeader('x-cloud-trace-context', `${randomBytes(16).toString('hex')};o=1`)
  const body = await bodyOf(request)
  const refuse = (status: number, text: string): void => {
    if (status === 401 || status === 403) stats.denied++
    response.writeHead(status, { 'content-type': 'text/html; charset=UTF-8' }).end(page(status, text))
  }
  const denied = await denial(request.headers.authorization, url, identities, mayInvoke)
  if (denied) {
    if (denied === 401) response.setHeader('www-authenticate', 'Bearer error="invalid_token"')
    return refuse(denied, denied === 401 ? 'The request was not authenticated.' : FORBIDDEN)
  }
  if (body.length > MOST_BYTES) return refuse(413, 'Your client issued a request that was too large.')
  const revision = current()
  if (revision === undefined) return refuse(404, 'The requested URL was not found on this server.')
  const { method = 'GET', url: path = '/', headers } = request
  const { authorization: _, ...others } = headers
  try {
    await exchange(revision, { method, path, headers: others, body }, request, response, stats)
  } catch (error) {
    if (error instanceof NoInstanceError) return refuse(429, 'Rate exceeded.')
    if (error instanceof InstanceLostError) return refuse(503, LOST)
    throw error
  }
}

const FORBIDDEN = 'Your client does not have permission to get URL / from this server.'
const LOST =
  'The request failed because either the HTTP response was malformed or connection to the instance had an error.'

/** After the time limit the caller gets an answer of the front; the instance goes on with what it does. */
async function exchange(
  revision: Revision,
  call: Call,
  request: IncomingMessage,
  response: ServerResponse,
  stats: CloudRunStats,
): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const alarm = setTimeout(() => resolve(undefined), revision.settings.timeoutMs)
  const served = revision.serve(call, () => request.socket.resetAndDestroy())
  served.catch(() => undefined)
  let answer: InstanceAnswer | undefined
  try {
    answer = await Promise.race([served, late])
  } finally {
    clearTimeout(alarm)
  }
  if (answer === undefined) {
    stats.timeouts++
    response.writeHead(504, { 'content-type': 'text/plain' }).end('upstream request timeout')
    return
  }
  const isTooLarge = answer.body.length > MOST_BYTES
  if (isTooLarge) return void response.writeHead(500).end('Response size was too large.')
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, date: ____, ...headers } = answer.headers
  response.writeHead(answer.status, headers).end(answer.body)
}

/** @returns 401 for a token that is not valid, 403 for none and for an account without the right */
async function denial(
  authorization: string | undefined,
  audience: string,
  identities: Identities,
  mayInvoke: FrontOptions['mayInvoke'],
): Promise<401 | 403 | undefined> {
  if (authorization === undefined) return 403
  const token = /^Bearer (\S+)$/.exec(authorization)?.[1]
  try {
    return mayInvoke(await identities.check(token ?? '', audience)) ? undefined : 403
  } catch {
    return 401
  }
}

function page(status: number, text: string): string {
  return `<html><head><title>${status}</title></head><body><h1>Error</h1><h2>${text}</h2></body></html>\n`
}
