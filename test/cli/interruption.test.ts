import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { cli, digests, filesUnder, json, oneObject, startCli, succeed } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const matrix = ['generate', 'spd', 'w/A', '--shape', '1024', '--tile', '64']

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test.serial(`${signal} ends a run with 130 and the line that resumes it`, async (t) => {
    const cwd = await temporaryFolder(t)
    await succeed(matrix, { cwd })
    await succeed(['cholesky', 'w/A', '-o', 'w/expected'], { cwd })
    const run = startCli(['cholesky', 'w/A', '-o', 'w/L', '--run-id', 'r', '--durability', 'full'], { cwd })
    await run.said('816 tasks')
    // On a busy machine the first tasks take their time; a trace is to show some.
    while ((await filesUnder(join(cwd, 'w/L/c'))).length < 5) await sleep(5)
    run.child.kill(signal)
    const { code, stdout, stderr } = await run.done
    t.is(code, 130, stderr)
    t.is(stdout, '')
    t.regex(stderr, /numpywren resume r --store file:\S+\/w$/m)
    t.false(stderr.includes('\u001b'))
    t.notRegex(stderr, /\bat .*\.ts:\d+/)
    t.is((await cli(['info', 'w/L'], { cwd })).code, 2)
    t.is((await json(['status', 'r', '--store', 'w'], { cwd })).state, 'interrupted')
    t.regex((await succeed(['status', 'r', '--store', 'w'], { cwd })).stdout, /to go on +numpywren resume r/)
    t.regex((await succeed(['runs', '--store', 'w'], { cwd })).stdout, /r +interrupted/)
    const trace = oneObject((await succeed(['trace', 'r', '--store', 'w', '-o', '-'], { cwd })).stdout)
    isTrace(t, trace)
    await succeed(['resume', 'r', '--store', 'w'], { cwd })
    t.deepEqual(await digests(join(cwd, 'w/L/c')), await digests(join(cwd, 'w/expected/c')))
    t.is((await json(['status', 'r', '--store', 'w'], { cwd })).state, 'done')
  })
}

test.serial('an interrupted transfer ends with 130 and leaves nothing behind', async (t) => {
  const cwd = await temporaryFolder(t)
  const transfer = startCli(['generate', 'normal', 'w/A', '--shape', '20000', '--tile', '500'], { cwd })
  while ((await filesUnder(join(cwd, 'w'))).length === 0) await sleep(5)
  transfer.child.kill('SIGINT')
  const { code, stdout, stderr } = await transfer.done
  t.is(code, 130, stderr)
  t.is(stdout, '')
  t.regex(stderr, /^numpywren: interrupted \(SIGINT\)$/m)
  t.deepEqual(await filesUnder(join(cwd, 'w')), [])
})

test.serial('a second signal ends the process at once, and the run can be resumed', async (t) => {
  const cwd = await temporaryFolder(t)
  await succeed(matrix, { cwd })
  const run = startCli(['cholesky', 'w/A', '-o', 'w/L', '--run-id', 'r', '--durability', 'full'], { cwd })
  await run.said('816 tasks')
  // Both are there when it goes on.
  for (const name of ['SIGSTOP', 'SIGINT', 'SIGTERM', 'SIGCONT'] as const) run.child.kill(name)
  const { code, signal, stderr } = await run.done
  t.is(code, null, stderr)
  t.true(signal === 'SIGINT' || signal === 'SIGTERM')
  t.regex(stderr, /stopping; once more to end at once/)
  await succeed(['resume', 'r', '--store', 'w'], { cwd })
})

test.serial('cancel ends a run of another process, and resume goes on with it', async (t) => {
  const cwd = await temporaryFolder(t)
  await succeed(matrix, { cwd })
  await succeed(['cholesky', 'w/A', '-o', 'w/expected'], { cwd })
  const run = startCli(['cholesky', 'w/A', '-o', 'w/L', '--run-id', 'r', '--durability', 'full', '--slots', '1'], {
    cwd,
  })
  await run.said('816 tasks')
  const cancel = await json(['cancel', 'r', '--store', 'w'], { cwd })
  const { code, stderr } = await run.done
  if (cancel.cancelled !== true || code === 0) {
    t.log('the run had ended before the cancellation was seen')
    t.is(code, 0, stderr)
    return
  }
  t.is(code, 1, stderr)
  t.regex(stderr, /run r was cancelled; .*numpywren resume r --store/)
  t.is((await json(['status', 'r', '--store', 'w'], { cwd })).state, 'cancelled')
  await succeed(['resume', 'r', '--store', 'w'], { cwd })
  t.deepEqual(await digests(join(cwd, 'w/L/c')), await digests(join(cwd, 'w/expected/c')))
  t.is((await json(['cancel', 'r', '--store', 'w'], { cwd })).cancelled, false)
})

/** Trace Event format: complete events have a start and a duration in microseconds, a process and a thread. */
function isTrace(t: { true: (value: boolean, message?: string) => void }, trace: Record<string, unknown>): void {
  const events = trace.traceEvents as readonly Record<string, unknown>[]
  t.true(events.some(({ ph }) => ph === 'X'))
  for (const event of events) {
    t.true(typeof event.name === 'string' && typeof event.ph === 'string')
    t.true([event.ts, event.pid, event.tid].every(Number.isFinite), JSON.stringify(event))
    if (event.ph === 'X') t.true((event.ts as number) >= 0 && (event.dur as number) >= 0, JSON.stringify(event))
  }
}
