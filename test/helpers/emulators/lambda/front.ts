import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { EVENT_BYTES, REQUEST_BYTES } from './ending.ts'
import { arnOf } from './environment.ts'
import { noSuchFunction, ServiceError, tooLarge } from './errors.ts'
import type { Ended, Fleet } from './fleet.ts'

/** How long an asynchronous invocation that is throttled stays away. */
const THROTTLED_MS = 50
/** How often an asynchronous invocation that fails is run again. */
const RETRIES = 2

export interface FrontOptions {
  /** The function as it is configured now; `undefined`: there is none of that name. */
  readonly fleetOf: (name: string, authorization: string) => Promise<Fleet | undefined>
  readonly latencyMs: () => number
  readonly isDuplicated: () => boolean
  readonly onDuplicate: () => void
  readonly onRetry: () => void
  readonly retryMs: number
}

/** Path of an invocation; the name may be one, or an ARN whole or in part. */
const INVOKE = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/

/** @returns the function's name when the request is an invocation */
export function invoked({ method, url }: IncomingMessage): string | undefined {
  const found = method === 'POST' ? INVOKE.exec(url ?? '')?.[1] : undefined
  return found && nameIn(decodeURIComponent(found))
}

/** The name in a function's ARN, with or without a version. */
export function nameIn(given: string): string {
  return /(?:^|:)function:([^:]+)/.exec(given)?.[1] ?? given.split(':')[0] ?? ''
}

/** The Invoke operation. */
export class Front {
  readonly #options: FrontOptions
  readonly #abort = new AbortController()

  constructor(options: FrontOptions) {
    this.#options = options
  }

  async serve(name: string, request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const requestId = randomUUID()
    try {
      const type = `${request.headers['x-amz-invocation-type'] ?? 'RequestResponse'}`
      const limit = type === 'Event' ? EVENT_BYTES : REQUEST_BYTES
      if (body.length > limit) throw tooLarge(body.length, type, limit)
      const payload = body.length === 0 ? Buffer.from('{}') : body
      if (!isJson(payload))
        throw new ServiceError(400, 'InvalidRequestContentException', 'Could not parse request body into json')
      await sleep(this.#options.latencyMs())
      const authorization = request.headers.authorization ?? ''
      const fleet = await this.#options.fleetOf(name, authorization)
      if (!fleet) throw noSuchFunction(arnOf(name))
      if (type === 'DryRun') return void response.writeHead(204, { 'x-amzn-requestid': requestId }).end()
      if (type === 'Event') {
        this.#deliver(fleet, { requestId, payload })
        return void response.writeHead(202, { 'x-amzn-requestid': requestId }).end()
      }
      const ended = await fleet.invoke({ requestId, payload }, () => request.socket.resetAndDestroy())
      await sleep(this.#options.latencyMs())
      this.#answer(response, requestId, ended, request.headers['x-amz-log-type'] === 'Tail')
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      error.send(response, requestId)
    }
  }

  close(): void {
    this.#abort.abort()
  }

  #answer(response: ServerResponse, requestId: string, { ending, log }: Ended, isTailed: boolean): void {
    response.writeHead(200, {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amz-executed-version': '$LATEST',
      ...(ending.functionError && { 'x-amz-function-error': ending.functionError }),
      ...(isTailed && { 'x-amz-log-result': Buffer.from(log).toString('base64') }),
    })
    response.end(ending.body)
  }

  /** At least once: an asynchronous invocation has been accepted, and is run until it succeeds, some more often. */
  #deliver(fleet: Fleet, invocation: { readonly requestId: string; readonly payload: Buffer }): void {
    const { isDuplicated, onDuplicate } = this.#options
    void this.#tryOften(fleet, invocation)
    if (!isDuplicated()) return
    onDuplicate()
    void this.#tryOften(fleet, invocation)
  }

  async #tryOften(fleet: Fleet, invocation: Parameters<Fleet['invoke']>[0]): Promise<void> {
    const { retryMs, onRetry } = this.#options
    const { signal } = this.#abort
    for (let failures = 0; !signal.aborted; ) {
      const outcome = await fleet
        .invoke(invocation, () => {})
        .catch((error: unknown) => {
          if (error instanceof ServiceError) return error
          throw error
        })
      if (outcome instanceof ServiceError && outcome.status === 429) {
        await sleep(THROTTLED_MS, undefined, { signal }).catch(() => {})
        continue
      }
      if (!(outcome instanceof ServiceError) && !outcome.ending.functionError) return
      if (++failures > RETRIES) return
      await sleep(failures * retryMs, undefined, { signal }).catch(() => {})
      if (!signal.aborted) onRetry()
    }
  }
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString())
    return true
  } catch {
    return false
  }
}
