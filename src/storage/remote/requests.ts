import { setTimeout as sleep } from 'node:timers/promises'
import pLimit, { type LimitFunction } from 'p-limit'
import pRetry from 'p-retry'
import { StoreError } from '../errors.ts'
import { objectUrl } from '../key.ts'
import { AdaptiveRate, ratePrefix, type StartRates } from './adaptive-rate.ts'
import { AttemptWatch } from './attempt-watch.ts'
import { type Failure, FEW_ATTEMPTS, StalledError, WrongBytesError } from './failure.ts'
import { type RequestSettings, SLOWEST_BYTES_PER_SECOND } from './settings.ts'
import { storeErrorOf } from './store-error-of.ts'

/** What one service needs that another does not. */
export interface RequestPolicy {
  readonly storeUrl: string
  readonly settings: RequestSettings
  /** Requests a second and prefix that the provider promises from the start. */
  readonly rates: StartRates
  /** Time (ms) in which a rate above these may double, where the provider says so. */
  readonly doublingMs?: number
  /** What an error of the service's client means. Errors of the shared layer (stalls, wrong bytes) never come here. */
  readonly classify: (error: unknown) => Failure
}

export interface RemoteRequest {
  /** Listings count as reads, deletes as writes. */
  readonly kind: 'read' | 'write' | 'list' | 'delete'
  /** Key in the store, or the prefix of a listing. */
  readonly key: string
  /** For messages: `read`, `write`, `list`, `delete`, `look at`. */
  readonly operation: string
  /** Bytes that go up: these take their time before anything comes back. @default 0 */
  readonly bytes?: number
  readonly signal?: AbortSignal | undefined
}

export interface AttemptInfo {
  /** 1 for the first. From the second on, an earlier one may have done its work without our hearing of it. */
  readonly number: number
  /** A sign of life: call it for every piece of a body. */
  progress(): void
}

/**
 * Sends every request of one store: at most `connections` at a time, spaced by an adaptive rate for each prefix, each attempt watched for stalls,
 * and what fails in passing tried again after a jittered, doubling pause. The clients' own retries are off: this is the only place that decides.
 */
export class Requests {
  readonly #policy: RequestPolicy
  readonly #limit: LimitFunction
  readonly #rate: AdaptiveRate

  constructor(policy: RequestPolicy) {
    this.#policy = policy
    this.#limit = pLimit(policy.settings.connections)
    this.#rate = new AdaptiveRate(policy.rates, undefined, policy.doublingMs)
  }

  /**
   * Makes attempts until one succeeds. `attempt` must stop at its signal, and do no harm when it runs twice.
   * @throws StoreError that the last failure means, StoreUnavailableError for those that pass; the signal's reason when that was aborted
   */
  async send<T>(request: RemoteRequest, attempt: (signal: AbortSignal, info: AttemptInfo) => Promise<T>): Promise<T> {
    const { settings, storeUrl } = this.#policy
    const { signal } = request
    const uploadMs = ((request.bytes ?? 0) / SLOWEST_BYTES_PER_SECOND) * 1000
    let endsAt: number | undefined
    const once = async (number: number): Promise<T> => {
      endsAt ??= performance.now() + settings.timeoutMs + uploadMs
      const watch = new AttemptWatch({
        signal,
        stallMs: settings.stallMs,
        firstMs: settings.stallMs + uploadMs,
        overallMs: endsAt - performance.now(),
      })
      try {
        return await watch.until(attempt(watch.signal, { number, progress: () => watch.progress() }))
      } catch (error) {
        throw new FailedAttempt(this.#failureOf(error), { cause: error })
      }
    }
    try {
      return await pRetry(
        async (number) => {
          await this.#turn(request)
          return orAborted(
            this.#limit(() => (signal?.aborted ? Promise.reject(signal.reason) : once(number))),
            signal,
          )
        },
        {
          retries: settings.attempts - 1,
          minTimeout: settings.pauseMs,
          maxTimeout: settings.longestPauseMs,
          randomize: true,
          ...(signal && { signal }),
          onFailedAttempt: async ({ error, retriesLeft }) => {
            const failure = failureIn(error)
            if (failure?.kind === 'throttled') this.#rate.throttled(ratePrefix(request.key), rateKind(request))
            const askedMs = failure?.retryAfterMs ?? 0
            const leftMs = (endsAt ?? 0) - performance.now()
            if (retriesLeft > 0 && askedMs > 0 && askedMs < leftMs) await pause(askedMs, signal)
          },
          shouldRetry: ({ error, attemptNumber }) =>
            (endsAt ?? 0) > performance.now() && isWorthAnother(failureIn(error), attemptNumber),
        },
      )
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof FailedAttempt)) throw error
      const { cause, failure } = error
      if (cause instanceof StoreError) throw cause
      throw storeErrorOf(failure, cause, request.operation, objectUrl(storeUrl, request.key))
    }
  }

  async #turn(request: RemoteRequest): Promise<void> {
    const waitMs = this.#rate.delay(ratePrefix(request.key), rateKind(request))
    if (waitMs >= 1) await pause(waitMs, request.signal)
  }

  #failureOf(error: unknown): Failure {
    if (error instanceof WrongBytesError) return { kind: error.kind }
    if (error instanceof StalledError) return { kind: 'transient' }
    if (error instanceof StoreError) return { kind: 'fatal' }
    return this.#policy.classify(error)
  }
}

/** Carries a failure and what it means past p-retry, which treats some classes of errors as final by itself. */
class FailedAttempt extends Error {
  readonly failure: Failure

  constructor(failure: Failure, options: { readonly cause: unknown }) {
    super('attempt failed', options)
    this.failure = failure
  }
}

const failureIn = (error: unknown): Failure | undefined => (error instanceof FailedAttempt ? error.failure : undefined)

function isWorthAnother(failure: Failure | undefined, attempts: number): boolean {
  if (failure?.kind === 'damaged' || failure?.kind === 'key-conflict') return attempts < FEW_ATTEMPTS
  return failure?.kind === 'throttled' || failure?.kind === 'transient'
}

const rateKind = ({ kind }: RemoteRequest): keyof StartRates => (kind === 'read' || kind === 'list' ? 'read' : 'write')

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal && { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/** Rejects as soon as the signal is aborted, even when the promise waits in a queue. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  promise.catch(() => {})
  signal.throwIfAborted()
  let onAbort: () => void = () => {}
  try {
    return await new Promise<T>((resolve, reject) => {
      onAbort = () => reject(signal.reason)
      signal.addEventListener('abort', onAbort)
      promise.then(resolve, reject)
    })
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
