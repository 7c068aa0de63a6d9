import { isNumpywrenError } from '../../errors.ts'
import type { InvocationFinished, InvocationOutcome } from '../../events/index.ts'
import {
  type AnswerTo,
  type BatchAnswer,
  type BatchRequest,
  type DeployedFunction,
  decodeAnswer,
  encodeRequest,
  type InvocationError,
  PayloadTooLargeError,
  type ProviderFacts,
  type PullAnswer,
  type PullRequest,
  type RefusedAnswer,
} from '../function/index.ts'
import { Clocks } from './clocks.ts'

/** A call that has ended, however it did. */
export interface Called<R extends BatchRequest | PullRequest> {
  readonly event: InvocationFinished
  readonly answer?: AnswerTo<R> | RefusedAnswer
  /** What was thrown instead of an answer; for `abandoned` the signal's reason. */
  readonly error?: Error
  /** To be added to times of the answer. */
  readonly shiftMs: number
}

/** Calls a function, one attempt at a time, and takes down what each took. */
export class Calls {
  readonly #deployed: DeployedFunction
  readonly #clocks = new Clocks()

  constructor(deployed: DeployedFunction) {
    this.#deployed = deployed
  }

  /**
   * One invocation. How it fails is part of the result.
   * @param signal raised to wait no longer
   * @throws AccessDeniedError, and whatever else no other attempt would help against
   */
  async make<R extends BatchRequest | PullRequest>(request: R, signal: AbortSignal): Promise<Called<R>> {
    const { limits } = this.#deployed.facts
    const body = encodeRequest(request)
    const requestBytes = Buffer.byteLength(body)
    const requestedAt = now()
    try {
      if (requestBytes > limits.requestBytes) {
        throw new PayloadTooLargeError(
          `the request has ${requestBytes} bytes, and the platform takes ${limits.requestBytes}`,
        )
      }
      const { body: text, requestId } = await this.#deployed.invoke(body, { signal })
      const endedAt = now()
      const answer = decodeAnswer(text, request, requestId)
      const seen = { requestedAt, endedAt, requestBytes, answerBytes: Buffer.byteLength(text) }
      return { ...this.#answered(request, answer as BatchAnswer | PullAnswer | RefusedAnswer, seen), answer }
    } catch (error) {
      const outcome = outcomeOf(error, signal)
      if (outcome === undefined) throw error
      const endedAt = now()
      const billedMs = outcome === 'throttled' ? 0 : billed(this.#deployed.facts, endedAt - requestedAt)
      const { memoryBytes, vcpus } = this.#deployed.shape
      const event: InvocationFinished = {
        ...this.#common(request),
        requestedAt,
        endedAt,
        outcome,
        memoryBytes,
        vcpus,
        billedMs,
        requestBytes,
        answerBytes: 0,
      }
      return { event, error: error as Error, shiftMs: 0 }
    }
  }

  #answered(
    request: BatchRequest | PullRequest,
    answer: BatchAnswer | PullAnswer | RefusedAnswer,
    seen: Pick<InvocationFinished, 'requestedAt' | 'endedAt' | 'requestBytes' | 'answerBytes'>,
  ): { readonly event: InvocationFinished; readonly shiftMs: number } {
    const { receivedAt, answeredAt, sandbox } = answer
    const { requestedAt, endedAt } = seen
    const shiftMs = this.#clocks.shiftOf(sandbox.id, { requestedAt, receivedAt, answeredAt, endedAt })
    const event: InvocationFinished = {
      ...this.#common(request),
      ...seen,
      ...(answer.kind === 'pull' ? { tasks: answer.tasks } : {}),
      sandbox: sandbox.id,
      cold: sandbox.cold,
      ...(sandbox.cold ? { initMs: sandbox.initMs } : {}),
      coreType: sandbox.coreType,
      receivedAt: receivedAt + shiftMs,
      answeredAt: answeredAt + shiftMs,
      outcome: 'answered',
      memoryBytes: sandbox.memoryBytes,
      vcpus: sandbox.vcpus,
      billedMs: billed(this.#deployed.facts, answeredAt - receivedAt, sandbox.cold ? sandbox.initMs : 0),
    }
    return { event, shiftMs }
  }

  #common(request: BatchRequest | PullRequest) {
    const { provider, emulatedBy } = this.#deployed
    const { kind, worker } = request
    const tasks = request.kind === 'batch' ? request.tasks.length : 0
    return {
      type: 'invocation',
      provider,
      ...(emulatedBy === undefined ? {} : { emulatedBy }),
      kind,
      worker,
      tasks,
    } as const
  }
}

/** Epoch milliseconds with fractions, as in every event. */
function now(): number {
  return performance.timeOrigin + performance.now()
}

/** Time at work as the platform bills it. @param initMs time of a start before it */
export function billed({ billing }: ProviderFacts, ms: number, initMs = 0): number {
  const { stepMs = 1, startIsBilled = true } = billing ?? {}
  return Math.ceil((ms + (startIsBilled ? initMs : 0)) / stepMs) * stepMs
}

/** How a call ended that threw; `undefined` when it makes no sense to call again. */
function outcomeOf(error: unknown, signal: AbortSignal): InvocationOutcome | undefined {
  if (isNumpywrenError(error, 'ThrottledError')) return 'throttled'
  if (isNumpywrenError(error, 'InvocationError')) return (error as InvocationError).end
  if (isNumpywrenError(error, 'PayloadTooLargeError')) return 'too-large'
  return signal.aborted ? 'abandoned' : undefined
}
