/** How an invocation ends, in the words of the platform. */

export interface Ending {
  readonly body: Buffer
  /** `X-Amz-Function-Error` of the answer. */
  readonly functionError?: 'Unhandled'
}

/** Largest request and answer of a synchronous invocation, and largest request of an asynchronous one, in bytes. */
export const REQUEST_BYTES: number = 6 * 2 ** 20
export const ANSWER_BYTES: number = REQUEST_BYTES + 100
export const EVENT_BYTES: number = 2 ** 20

/** An error that the function itself did not tell. */
export function failed(errorType: string, errorMessage: string): Ending {
  return { body: Buffer.from(JSON.stringify({ errorType, errorMessage })), functionError: 'Unhandled' }
}

export const exited = (requestId: string, why: string): Ending =>
  failed('Runtime.ExitError', `RequestId: ${requestId} Error: ${why}`)

export const timedOut = (requestId: string, timeoutMs: number): Ending =>
  failed(
    'Sandbox.Timedout',
    `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  )

export const answerTooLarge = (): Ending =>
  failed(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${ANSWER_BYTES} bytes).`,
  )
