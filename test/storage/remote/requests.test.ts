import test from 'ava'
import type { Failure } from '../../../src/storage/remote/failure.ts'
import { Requests } from '../../../src/storage/remote/requests.ts'
import { type RequestSettings, requestSettings } from '../../../src/storage/remote/settings.ts'

const request = { kind: 'read', key: 'A/c/0', operation: 'read' } as const

/** Errors here are thrown with what they mean. */
class Told extends Error {
  readonly failure: Failure
  constructor(failure: Failure, message = 'words of the service') {
    super(message)
    this.failure = failure
  }
}

function open(settings: Partial<RequestSettings> = {}): Requests {
  return new Requests({
    storeUrl: 's3://bucket/w',
    settings: requestSettings({ pauseMs: 1, longestPauseMs: 5, attempts: 4, ...settings }, {}),
    rates: { read: 1e6, write: 1e6 },
    classify: (error) => (error as Told).failure,
  })
}

/** Fails as told, once for each, and then gives the number of the attempt. */
const failing = (...failures: readonly Failure[]) => {
  const attempts: number[] = []
  const attempt = async (_: AbortSignal, { number }: { readonly number: number }): Promise<number> => {
    attempts.push(number)
    const failure = failures[number - 1]
    if (failure) throw new Told(failure)
    return number
  }
  return { attempt, attempts }
}

test('what passes is tried again, up to the number of attempts', async (t) => {
  const passing = failing({ kind: 'transient' }, { kind: 'throttled' }, { kind: 'transient' })
  t.is(await open().send(request, passing.attempt), 4)
  const lasting = failing(...Array.from({ length: 9 }, () => ({ kind: 'transient' }) as const))
  await t.throwsAsync(open().send(request, lasting.attempt), {
    name: 'StoreUnavailableError',
    message: 'could not read s3://bucket/w/A/c/0: words of the service',
  })
  t.deepEqual(lasting.attempts, [1, 2, 3, 4])
})

const finals: readonly (readonly [Failure, string, number])[] = [
  [{ kind: 'damaged' }, 'CorruptObjectError', 3],
  [{ kind: 'key-conflict' }, 'KeyConflictError', 3],
  [{ kind: 'forbidden' }, 'StorePermissionError', 1],
  [{ kind: 'full' }, 'StoreFullError', 1],
  [{ kind: 'input', advice: 'do this' }, 'StoreSetupError', 1],
  [{ kind: 'fatal' }, 'StoreRefusedError', 1],
]
for (const [failure, name, attempts] of finals) {
  test(`${failure.kind} is final after ${attempts}`, async (t) => {
    const lasting = failing(...Array.from({ length: 9 }, () => failure))
    await t.throwsAsync(open().send(request, lasting.attempt), { name })
    t.is(lasting.attempts.length, attempts)
  })
}

test('what is thrown carries no object of the client library', async (t) => {
  const cause = Object.assign(new Told({ kind: 'fatal' }), { $response: { headers: { authorization: 'planted' } } })
  const error = await t.throwsAsync(open().send(request, () => Promise.reject(cause)))
  t.not(error?.cause, cause)
  t.false(JSON.stringify([error, error?.cause]).includes('planted'))
  t.is((error!.cause as Error).message, 'words of the service')
})

test('the service is asked again when it said so, not earlier', async (t) => {
  const startedAt = performance.now()
  await open().send(request, failing({ kind: 'throttled', retryAfterMs: 300 }).attempt)
  t.true(performance.now() - startedAt >= 295)
})

test('an attempt without a sign of life is given up; one with signs goes on', async (t) => {
  const requests = open({ stallMs: 200, attempts: 2 })
  const reasons: unknown[] = []
  await t.throwsAsync(
    requests.send(request, (signal) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason))
      return new Promise(() => {})
    }),
    { name: 'StoreUnavailableError', message: /nothing came for \d+ ms/ },
  )
  t.is(reasons.length, 2)
  let signs = 0
  const slow = await requests.send(
    request,
    (signal, { progress }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        const timer = setInterval(() => {
          progress()
          if (++signs < 30) return
          clearInterval(timer)
          resolve('all')
        }, 10)
      }),
  )
  t.is(slow, 'all')
})

test('all attempts together have an end', async (t) => {
  const requests = open({ timeoutMs: 300, stallMs: 60_000, attempts: 1000 })
  await t.throwsAsync(
    requests.send(request, () => new Promise(() => {})),
    { name: 'StoreUnavailableError', message: /the time for the whole request is over/ },
  )
  const lasting = failing(...Array.from({ length: 10_000 }, () => ({ kind: 'transient' }) as const))
  await t.throwsAsync(requests.send(request, lasting.attempt), { name: 'StoreUnavailableError' })
  t.true(lasting.attempts.length < 1000)
})

test('no more than the given number at a time, and who waits may give up', async (t) => {
  const requests = open({ connections: 3 })
  let open3 = 0
  let most = 0
  const free: (() => void)[] = []
  const busy = Array.from({ length: 9 }, () =>
    requests.send(request, async () => {
      most = Math.max(most, ++open3)
      await new Promise<void>((resolve) => free.push(resolve))
      open3--
    }),
  )
  const controller = new AbortController()
  const waiting = requests.send({ ...request, signal: controller.signal }, () => Promise.resolve(1))
  controller.abort(new RangeError('given up'))
  await t.throwsAsync(waiting, { name: 'RangeError', message: 'given up' })
  while (free.length < 9) {
    for (const release of free) release()
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (const release of free) release()
  await Promise.all(busy)
  t.is(most, 3)
})

test('a signal ends pauses and attempts with its own reason', async (t) => {
  for (const failure of [{ kind: 'throttled', retryAfterMs: 60_000 }, undefined] as const) {
    const controller = new AbortController()
    const pending = open().send({ ...request, signal: controller.signal }, async () => {
      setImmediate(() => controller.abort())
      if (failure) throw new Told(failure)
      return new Promise(() => {})
    })
    await t.throwsAsync(pending, { name: 'AbortError' })
  }
})

test('settings come from the environment, and what is no number is refused', (t) => {
  const env = { NUMPYWREN_STORE_CONNECTIONS: '7', NUMPYWREN_STORE_STALL_MS: '100' }
  t.like(requestSettings({ stallMs: 5 }, env), { connections: 7, stallMs: 5, attempts: 8, timeoutMs: 300_000 })
  for (const value of ['0', '-1', '1.5', 'many', '1e3']) {
    t.throws(() => requestSettings({}, { NUMPYWREN_STORE_ATTEMPTS: value }), {
      name: 'InputError',
      message: /NUMPYWREN_STORE_ATTEMPTS=.* is no positive integer/,
    })
  }
})
