import type { IncomingHttpHeaders } from 'node:http'
import type { NumpywrenError } from '../../errors.ts'
import {
  AccessDeniedError,
  FunctionNotFoundError,
  InvocationError,
  PayloadTooLargeError,
  ThrottledError,
} from '../function/index.ts'

export interface FailedAnswer {
  readonly name: string
  readonly url: string
  readonly timeoutMs: number
  readonly memoryBytes: number
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly requestId: string | undefined
  /** For a token that was refused. */
  readonly advice: string
}

/**
 * What an answer means that is none of the function's. 503 is the answer for want of instances, and also what comes when the instance that
 * had the request died: only the first says so, or asks to try again later.
 */
export function errorOf(answer: FailedAnswer): NumpywrenError {
  const { name, url, status, headers, text, requestId } = answer
  const said = shown(text)
  switch (status) {
    case 401:
      return new AccessDeniedError(`${name} did not accept the identity token${withReason(answer.advice || said)}`)
    case 403:
      return new AccessDeniedError(
        `these credentials may not invoke ${name}: ask for roles/run.invoker on the service${answer.advice ? `; ${answer.advice}` : ''}`,
      )
    case 404:
      return new FunctionNotFoundError(
        `nothing answers at ${url}: ${name} was deleted, or does not take calls from outside its network (ingress)`,
      )
    case 413:
      return new PayloadTooLargeError(`${name} refused the request for its size${withReason(said)}`)
    case 429:
      return throttled(answer)
    case 504:
      return new InvocationError(
        `${name} did not answer within its time limit of ${answer.timeoutMs / 1000} s; deploy it with a longer one (--timeout)`,
        'timed-out',
        { requestId },
      )
    case 500:
    case 502:
    case 503:
      if (headers['retry-after'] !== undefined || isFull(text)) return throttled(answer)
      return new InvocationError(
        `an instance of ${name} ended before it answered (HTTP ${status}${headers['x-google-status'] ? ', the worker crashed' : ''}); ` +
          `too little memory looks the same from outside: it has ${Math.round(answer.memoryBytes / 2 ** 20)} MiB, and the service's log tells`,
        'crashed',
        { requestId },
      )
    default:
      return new InvocationError(`${name} answered with HTTP ${status}${withReason(said)}`, 'garbled', { requestId })
  }
}

/** The platform's words when no instance can take a request. */
function isFull(text: string): boolean {
  return /no available instance|rate exceeded|scaling up/i.test(text)
}

function throttled({ name, status, headers }: FailedAnswer): ThrottledError {
  const asked = headers['retry-after']
  const seconds = asked !== undefined && /^[0-9]{1,5}$/.test(asked) ? Number(asked) : undefined
  return new ThrottledError(`no instance of ${name} is free and no more are started at the moment (HTTP ${status})`, {
    retryAfterMs: seconds === undefined ? undefined : seconds * 1000,
  })
}

function shown(text: string): string {
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
}

const withReason = (reason: string): string => (reason ? `: ${reason}` : '')
