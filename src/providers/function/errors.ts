/** How calls of a function, and of a platform's administration, fail. */

import { NumpywrenError } from '../../errors.ts'

/** The platform admits no more invocations at the moment: nothing ran. */
export class ThrottledError extends NumpywrenError {
  readonly _tag = 'ThrottledError'
  readonly category = 'transient'
  /** How long the platform asks to wait. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, options?: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown }) {
    super(message, options)
    this.retryAfterMs = options?.retryAfterMs
  }
}

/** How an invocation ended that did not answer. What it had stored by then is stored; whether it goes on nobody knows for `unreachable`. */
export type InvocationEnd = 'crashed' | 'timed-out' | 'out-of-memory' | 'unreachable' | 'garbled'

/** An invocation ended without an answer: no task is to blame yet. */
export class InvocationError extends NumpywrenError {
  readonly _tag = 'InvocationError'
  readonly category = 'transient'
  readonly end: InvocationEnd
  readonly requestId: string | undefined

  constructor(
    message: string,
    end: InvocationEnd,
    options?: { readonly requestId?: string | undefined; readonly cause?: unknown },
  ) {
    super(message, options)
    this.end = end
    this.requestId = options?.requestId
  }
}

/** A request or an answer is larger than the platform takes. */
export class PayloadTooLargeError extends NumpywrenError {
  readonly _tag = 'PayloadTooLargeError'
  readonly category = 'fatal'
}

/** Credentials are missing, or do not allow it. */
export class AccessDeniedError extends NumpywrenError {
  readonly _tag = 'AccessDeniedError'
  readonly category = 'input'
}

/** No such function is deployed there. */
export class FunctionNotFoundError extends NumpywrenError {
  readonly _tag = 'FunctionNotFoundError'
  readonly category = 'input'
}

/** The platform refused what was to be deployed, or it did not become ready. */
export class DeployError extends NumpywrenError {
  readonly _tag = 'DeployError'
  readonly category = 'fatal'
}
