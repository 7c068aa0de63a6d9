import type { ServerResponse } from 'node:http'

/** An answer of the API that is an error, as the SDK reads it. */
export class ServiceError extends Error {
  readonly status: number
  readonly type: string
  readonly fields: Readonly<Record<string, string>>

  constructor(status: number, type: string, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.type = type
    this.fields = fields
  }

  send(response: ServerResponse, requestId: string): void {
    const { status, type, fields, message } = this
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': type,
    })
    response.end(JSON.stringify({ Type: status < 500 ? 'User' : 'Service', ...fields, message }))
  }
}

export type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded'
  | 'FunctionInvocationRateLimitExceeded'

export const throttled = (Reason: ThrottleReason): ServiceError =>
  new ServiceError(429, 'TooManyRequestsException', 'Rate Exceeded.', { Reason })

export const noSuchFunction = (arn: string): ServiceError =>
  new ServiceError(404, 'ResourceNotFoundException', `Function not found: ${arn}`)

export const tooLarge = (bytes: number, type: string, limit: number): ServiceError =>
  new ServiceError(
    413,
    'RequestEntityTooLargeException',
    `${bytes} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
  )
