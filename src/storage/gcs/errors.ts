/** What went wrong with one call, before it is known what it means for the store's user. */

import { retryAfterMs } from '../remote/retry-after.ts'

/** The service answered with something else than success. */
export class GcsResponseError extends Error {
  override readonly name = 'GcsResponseError'
  readonly status: number
  /** The service's own word for it, such as `rateLimitExceeded`. */
  readonly reason: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    fields: {
      readonly status: number
      readonly reason?: string | undefined
      readonly retryAfterMs?: number | undefined
    },
  ) {
    super(message)
    this.status = fields.status
    this.reason = fields.reason
    this.retryAfterMs = fields.retryAfterMs
  }
}

/** No token could be had. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError'
}

interface TransportError {
  readonly response?: { readonly status: number; readonly headers: Headers; readonly data: unknown }
  readonly cause?: unknown
}

/** What remains of an error of the transport: the answer without request, headers and token, or why there was none. */
export function responseErrorOf(error: unknown): unknown {
  const { response, cause } = error as TransportError
  if (response === undefined) return cause instanceof Error ? cause : error
  const { message, reason } = detailsOf(response.data)
  return new GcsResponseError(message ?? `HTTP status ${response.status}`, {
    status: response.status,
    reason,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
  })
}

const longestMessage = 300

/** Message and reason of an answer, which is JSON for most calls, and for downloads XML or plain text. */
function detailsOf(data: unknown): { readonly message: string | undefined; readonly reason: string | undefined } {
  const parsed = typeof data === 'string' ? parse(data) : data
  if (typeof parsed === 'string') {
    const text = /<Message>([^<]*)<\/Message>/.exec(parsed)?.[1] ?? parsed.replace(/<[^>]*>/g, ' ')
    const line = text.replace(/\s+/g, ' ').trim()
    return { message: line === '' ? undefined : line.slice(0, longestMessage), reason: undefined }
  }
  const { error } = (parsed ?? {}) as { error?: { message?: unknown; errors?: readonly { reason?: unknown }[] } }
  const message = typeof error?.message === 'string' ? error.message.slice(0, longestMessage) : undefined
  const reason = Array.isArray(error?.errors) ? error.errors[0]?.reason : undefined
  return { message, reason: typeof reason === 'string' ? reason : undefined }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
