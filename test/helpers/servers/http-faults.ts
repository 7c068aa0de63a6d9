/** What networks and overloaded services do to an HTTP request or its reply. */

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** What happens to one request or its reply. */
export type HttpFault =
  /** The server refuses, without having seen the request; Retry-After in seconds. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number | undefined }
  /** The connection is reset before the server sees the request. */
  | { readonly kind: 'reset' }
  /** Nothing comes back; the connection is reset after `ms`, should the client wait so long. */
  | { readonly kind: 'stall'; readonly ms: number }
  /** Half of the reply's body, then a reset. */
  | { readonly kind: 'truncate' }
  /** Half of the reply's body under a Content-Length that says this is all. */
  | { readonly kind: 'short' }
  /** The reply's body trickles for `ms`. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** One bit of the reply's body is flipped. */
  | { readonly kind: 'flip-reply' }
  /** One bit of the request's body is flipped. */
  | { readonly kind: 'flip-request' }
  /** The server does what it is asked, and the reply never arrives. */
  | { readonly kind: 'lost-reply' }
  /** The request is delivered twice; the client hears the second reply. */
  | { readonly kind: 'duplicate' }

/** A reply, whole. */
export interface HttpReply {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

/** One bit in the middle of the bytes flipped. */
export function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  if (copy.length > 0) copy[copy.length >> 1]! ^= 0x10
  return copy
}

/** What an overloaded S3 says; other clients look at the status only. */
export function refusal(status: number, retryAfter: number | undefined): HttpReply {
  const code = status === 503 ? 'SlowDown' : status === 429 ? 'TooManyRequests' : 'InternalError'
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>caused by a test</Message></Error>`,
  )
  const headers = {
    'content-type': 'application/xml',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  }
  return { status, headers, body }
}

export function send(response: ServerResponse, { status, headers, body }: HttpReply, request: IncomingMessage): void {
  const hasBody = request.method !== 'HEAD' && status !== 204 && status !== 304
  response.writeHead(status, hasBody ? { ...headers, 'content-length': body.length } : headers)
  response.end(hasBody ? body : undefined)
}

/** Sends a reply whose body is short, cut, slow or wrong; one without a body is lost instead of cut. */
export async function spoil(
  response: ServerResponse,
  reply: HttpReply,
  fault: Extract<HttpFault, { readonly kind: 'truncate' | 'short' | 'slow' | 'flip-reply' }>,
  request: IncomingMessage,
): Promise<void> {
  const { status, headers, body } = reply
  const half = body.subarray(0, body.length >> 1)
  switch (fault.kind) {
    case 'flip-reply':
      return send(response, { ...reply, body: flipped(body) }, request)
    case 'short':
      return send(response, { ...reply, body: half }, request)
    case 'truncate':
      if (body.length > 0) {
        response.writeHead(status, { ...headers, 'content-length': body.length })
        await new Promise<void>((resolve) => response.write(half, () => resolve()))
      }
      request.socket.resetAndDestroy()
      return
    case 'slow': {
      if (body.length === 0) return send(response, reply, request)
      response.writeHead(status, { ...headers, 'content-length': body.length })
      const steps = 10
      for (let step = 0; step < steps && !response.destroyed; step++) {
        await sleep(fault.ms / steps, undefined, { ref: false })
        response.write(
          body.subarray(Math.floor((body.length * step) / steps), Math.floor((body.length * (step + 1)) / steps)),
        )
      }
      response.end()
    }
  }
}
