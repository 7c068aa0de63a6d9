/** Messages as text and back. What arrives is checked whole before anything of it is used. */

import type { z } from 'zod'
import { NumpywrenError } from '../../errors.ts'
import { InvocationError } from './errors.ts'
import {
  type AnswerTo,
  type BatchAnswer,
  type FunctionAnswer,
  type FunctionRequest,
  PROTOCOL_VERSION,
} from './messages.ts'
import { answerSchema, requestSchema } from './schemas.ts'

/** Larger than the requests of any platform. */
const MAX_REQUEST_BYTES = 32 * 2 ** 20
/** Longest part of a problem that is repeated: a message may hold anything. */
const MAX_PROBLEM = 300

/** What was sent to a function is no request that it understands. */
export class RequestFormatError extends NumpywrenError {
  readonly _tag = 'RequestFormatError'
  readonly category = 'input'
}

export function encodeRequest(request: FunctionRequest): string {
  return JSON.stringify(request)
}

/** @throws RequestFormatError saying what is wrong with it */
export function decodeRequest(text: string): FunctionRequest {
  if (Buffer.byteLength(text) > MAX_REQUEST_BYTES)
    throw new RequestFormatError(
      `the request has ${Buffer.byteLength(text)} bytes, and ${MAX_REQUEST_BYTES} are the most it may have`,
    )
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new RequestFormatError('the request is no JSON', { cause })
  }
  return checkRequest(value)
}

/** A request that a platform has parsed. @throws RequestFormatError saying what is wrong with it */
export function checkRequest(value: unknown): FunctionRequest {
  const spoken = versionOf(value)
  if (spoken !== undefined && spoken !== PROTOCOL_VERSION)
    throw new RequestFormatError(
      `the request is of protocol version ${spoken} and this worker speaks ${PROTOCOL_VERSION}: deploy the image of the release that calls it`,
    )
  const parsed = requestSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new RequestFormatError(`the request is not as expected: ${problemOf(parsed.error)}`)
}

export function encodeAnswer(answer: FunctionAnswer): string {
  return JSON.stringify(answer)
}

/**
 * The answer to a request: of its kind, and with one word on each of its tasks.
 * @returns it, or what the function had to say against the request
 * @throws InvocationError (`garbled`) for anything else
 */
export function decodeAnswer<R extends FunctionRequest>(
  text: string,
  request: R,
  requestId?: string,
): AnswerTo<R> | Extract<FunctionAnswer, { kind: 'refused' }> {
  const answer = parseAnswer(text, requestId)
  if (answer.kind === 'refused') return answer
  const problem = mismatch(answer, request)
  if (problem !== undefined) throw garbled(problem, { requestId })
  return answer as AnswerTo<R>
}

function parseAnswer(text: string, requestId: string | undefined): FunctionAnswer {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw garbled(`is no JSON: ${shown(text) || 'it is empty'}`, { requestId, cause })
  }
  const parsed = answerSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const spoken = versionOf(value)
  const problem =
    spoken !== undefined && spoken !== PROTOCOL_VERSION
      ? `is of protocol version ${spoken}, and this release speaks ${PROTOCOL_VERSION}: deploy its image`
      : `is not as expected: ${problemOf(parsed.error)}`
  throw garbled(problem, { requestId })
}

function garbled(
  problem: string,
  options: { readonly requestId: string | undefined; readonly cause?: unknown },
): InvocationError {
  return new InvocationError(`the function's answer ${problem}`, 'garbled', options)
}

function mismatch(answer: FunctionAnswer, request: FunctionRequest): string | undefined {
  if (answer.kind !== request.kind) return `is one to a ${answer.kind} request, and this was a ${request.kind}`
  if (answer.invocation !== request.invocation) return `is that to ${answer.invocation}, not to ${request.invocation}`
  if (answer.kind !== 'batch' || request.kind !== 'batch') return undefined
  const isComplete =
    answer.tasks.length === request.tasks.length && answer.tasks.every(({ id }, at) => id === request.tasks[at]?.id)
  return isComplete ? undefined : 'does not speak of the tasks of the request'
}

/** The answer with as many of its events, the oldest first, as leave it within so many bytes of JSON. */
export function fitAnswer(answer: BatchAnswer, maxBytes: number): BatchAnswer {
  const { events } = answer
  let spare = maxBytes - bytesOf({ ...answer, events: [], eventsDropped: events.length })
  let kept = 0
  for (const event of events) {
    spare -= bytesOf(event) + 1
    if (spare < 0) break
    kept++
  }
  if (kept === events.length) return answer
  return { ...answer, events: events.slice(0, kept), eventsDropped: events.length - kept }
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

function versionOf(value: unknown): string | number | undefined {
  if (typeof value !== 'object' || value === null || !('version' in value)) return undefined
  const { version } = value
  return typeof version === 'number' ? version : undefined
}

/** The first thing that is wrong. */
function problemOf(error: z.ZodError): string {
  const [issue] = error.issues
  return shown(`${issue?.path.join('.') || 'the document'}: ${issue?.message}`)
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, MAX_PROBLEM)).slice(1, -1).replaceAll('\\"', '"')
}
