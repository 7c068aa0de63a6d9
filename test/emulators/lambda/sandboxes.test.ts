import { readFileSync } from 'node:fs'
import test from 'ava'
import { until } from '../../helpers/until.ts'
import { emulated, errorIn } from './helpers/call.ts'

const isStopped = (pid: number): boolean => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a warm sandbox takes the next invocation, and two at the same time need two', async (t) => {
  const { tell, emulator } = await emulated(t, {})
  const first = await tell({})
  const second = await tell({})
  t.is(second.pid, first.pid)
  t.not(second.requestId, first.requestId)
  const both = await Promise.all([tell({ sleepMs: 200 }), tell({ sleepMs: 200 })])
  t.is(new Set(both.map(({ pid }) => pid)).size, 2)
  const { invocations, coldStarts, peakConcurrency } = emulator.stats()
  t.deepEqual({ invocations, coldStarts, peakConcurrency }, { invocations: 4, coldStarts: 2, peakConcurrency: 2 })
})

test('nothing runs between two invocations', async (t) => {
  const { tell, emulator } = await emulated(t, {})
  const { pid } = await tell({})
  const frozenAt = performance.now()
  t.true(isStopped(pid))
  await until(() => performance.now() - frozenAt > 300 || !isStopped(pid))
  t.true(isStopped(pid))
  const frozenMs = performance.now() - frozenAt
  const later = await tell({ sleepMs: 20 })
  t.is(later.pid, pid)
  t.true(later.longestGapMs > frozenMs, `its timer rested for ${later.longestGapMs} ms, not for ${frozenMs}`)
  t.is(emulator.stats().freezes, 2)
})

test('an invocation beyond its time limit is ended with its sandbox', async (t) => {
  const { invoke, tell, emulator } = await emulated(t, { worker: { timeoutS: 1 } })
  const { pid, remainingMs } = await tell({})
  t.true(remainingMs > 0 && remainingMs <= 1000)
  const error = errorIn(await invoke({ sleepMs: 60_000 }))
  t.is(error.errorType, 'Sandbox.Timedout')
  t.regex(error.errorMessage, /Task timed out after 1\.00 seconds$/)
  t.false(isAlive(pid))
  t.not((await tell({})).pid, pid)
  t.is(emulator.stats().timeouts, 1)
})

test('a function that exits, throws or holds too much memory fails its invocation', async (t) => {
  const { invoke, emulator } = await emulated(t, { worker: { memoryMb: 256 } })
  t.like(errorIn(await invoke({ throws: 'out of bounds' })), { errorType: 'RangeError', errorMessage: 'out of bounds' })
  t.regex(errorIn(await invoke({ exit: 3 })).errorMessage, /Runtime exited with error: exit status 3$/)
  const error = errorIn(await invoke({ holdMb: 400 }))
  t.is(error.errorType, 'Runtime.ExitError')
  t.regex(error.errorMessage, /signal: killed$/)
  const { exits, outOfMemory, coldStarts } = emulator.stats()
  t.deepEqual({ exits, outOfMemory, coldStarts }, { exits: 1, outOfMemory: 1, coldStarts: 2 })
})

test('a function that does not start tells why', async (t) => {
  const { invoke } = await emulated(t, { worker: { environment: { FAILS_TO_START: 'yes' } } })
  t.like(errorIn(await invoke({})), { errorType: 'TypeError', errorMessage: 'no start for me' })
})

test("a sandbox has the platform's environment and none of ours", async (t) => {
  const { tell } = await emulated(t, {
    worker: { environment: { OWN: 'yes' } },
    role: { AWS_ACCESS_KEY_ID: 'role' },
  })
  const { environment } = await tell({})
  t.like(environment, {
    OWN: 'yes',
    AWS_ACCESS_KEY_ID: 'role',
    AWS_LAMBDA_FUNCTION_NAME: 'worker',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_REGION: 'us-east-1',
  })
  t.is(environment.HOME, undefined)
})

test('an idle sandbox is taken away', async (t) => {
  const { tell, emulator } = await emulated(t, { idleMs: 10 })
  const { pid } = await tell({})
  await until(() => !isAlive(pid))
  t.is(emulator.stats().reaped, 1)
})

test('the log of an invocation comes with its answer', async (t) => {
  const { invoke } = await emulated(t, {})
  const log = Buffer.from((await invoke({ says: 'hello from inside' })).LogResult ?? '', 'base64').toString()
  t.regex(log, /START RequestId: [-0-9a-f]+ Version: \$LATEST\n.*hello from inside\n.*END RequestId/s)
  t.regex(log, /REPORT .*\tMemory Size: 512 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms/)
})
