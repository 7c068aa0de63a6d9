import type { ServerResponse } from 'node:http'

const NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
}

/** An answer of Google's administration that is an error. */
export class ApiError extends Error {
  readonly code: number
  readonly status: string

  constructor(code: number, message: string, status: string = NAMES[code] ?? 'UNKNOWN') {
    super(message)
    this.code = code
    this.status = status
  }

  send(response: ServerResponse): void {
    const { code, message, status } = this
    response.writeHead(code, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { code, message, status } }))
  }
}

export const notFound = (what: string): ApiError => new ApiError(404, `${what} was not found.`)
