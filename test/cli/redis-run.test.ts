import { readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { cli, digests, filesUnder, json, oneObject, startCli, succeed } from '../helpers/cli.ts'
import { childrenOf, end, gone, type SharedProblem, sharedProblem } from '../helpers/shared-run.ts'

// Those that wait for the role of a driver that died to be free do so together, after the serial ones.

/** A lease that ends soon after its worker died. */
const lease = ['--lease', '3']

/** A run with two workers that is under way, and its processes. */
async function underWay(t: ExecutionContext<unknown>, problem: SharedProblem, run: string, ...more: string[]) {
  const command = problem.start(run, '--workers', '2', ...lease, ...more)
  const workers = await childrenOf(command.child.pid, 2)
  t.teardown(() => workers.forEach(end))
  await problem.progressed(run, 3)
  return { ...command, workers }
}

async function isSound(t: ExecutionContext<unknown>, problem: SharedProblem, run: string): Promise<void> {
  const { cwd } = problem
  t.deepEqual(await problem.factor(run), problem.expected)
  t.is((await json(['status', run, '--store', 'w'], { cwd })).state, 'done')
  t.deepEqual(await filesUnder(join(cwd, `w/.numpywren/runs/${run}/tiles`)), [], 'intermediates are gone')
}

test.serial('the bits are those of one process, for one, two and four worker processes', async (t) => {
  const problem = await sharedProblem(t)
  const { cwd, env } = problem
  for (const workers of ['1', '2', '4']) {
    const { code, stdout, stderr } = await problem.start(`w${workers}`, '--workers', workers, '--json').done
    t.is(code, 0, stderr)
    t.is((oneObject(stdout).summary as { tasks: number }).tasks, 120, 'the driver has heard of every task')
    await isSound(t, problem, `w${workers}`)
  }
  await succeed(['generate', 'normal', 'w/B', '--shape', '200x120', '--tile', '40', '--seed', '6'], { cwd })
  for (const [algorithm, results] of [
    ['qr', ['-o', 'R', '-q', 'Q']],
    ['lu', ['-o', 'F']],
    ['svd', ['-s', 'S', '-u', 'U', '-v', 'V']],
  ] as const) {
    const into = (folder: string): string[] =>
      results.map((word) => (word.startsWith('-') ? word : `w/${folder}/${word}`))
    await succeed([algorithm, 'w/B', ...into(`alone-${algorithm}`), '--coordinator', 'embedded'], { cwd })
    await succeed([algorithm, 'w/B', ...into(`shared-${algorithm}`), '--workers', '2'], { cwd, env })
    const [alone, shared] = await Promise.all(
      ['alone', 'shared'].map((how) => digests(join(cwd, `w/${how}-${algorithm}`))),
    )
    const tiles = (found: Record<string, string> = {}) =>
      Object.entries(found).filter(([file]) => /^(?!\.).*\/c\//.test(file))
    t.true(tiles(alone).length > 3)
    t.deepEqual(tiles(shared), tiles(alone), algorithm)
  }
})

test('killed, the command leaves a run that its workers bring to its end', async (t) => {
  const problem = await sharedProblem(t)
  const { child, done, workers } = await underWay(t, problem, 'r')
  child.kill('SIGKILL')
  t.is((await done).signal, 'SIGKILL')
  await gone(workers)
  await isSound(t, problem, 'r')
})

test('killed in a stage, the command leaves a procedure that its workers carry on', async (t) => {
  const problem = await sharedProblem(t)
  const { cwd, env } = problem
  await succeed(['generate', 'normal', 'w/b', '--shape', '512x2', '--tile', '64', '--seed', '7'], { cwd })
  await succeed(['solve', 'w/A', 'w/b', '-o', 'w/alone', '--coordinator', 'embedded'], { cwd })
  const args = ['solve', 'w/A', 'w/b', '-o', 'w/shared', '--run-id', 's', '--workers', '2', ...lease]
  const { child, done } = startCli(args, { cwd, env })
  const workers = await childrenOf(child.pid, 2)
  t.teardown(() => workers.forEach(end))
  await problem.state('s.cholesky', 'running')
  child.kill('SIGKILL')
  await done
  await gone(workers)
  t.deepEqual(await digests(join(cwd, 'w/shared/c')), await digests(join(cwd, 'w/alone/c')))
  t.is((await json(['status', 's', '--store', 'w'], { cwd })).state, 'done')
})

test('all processes killed, resume goes on with what Redis knows, and without Redis with what is stored', async (t) => {
  const problem = await sharedProblem(t)
  const { cwd, env, redis } = problem
  for (const run of ['kept', 'flushed']) {
    const { child, done, workers } = await underWay(t, problem, run)
    for (const pid of [child.pid, ...workers]) end(pid)
    await done
    await gone(workers)
    if (run === 'flushed') await redis.cli('FLUSHALL')
    const { code, stderr } = await cli(['resume', run, '--store', 'w', '--workers', '1', '--json'], { cwd, env })
    t.is(code, 0, stderr)
    await isSound(t, problem, run)
  }
})

test.serial('a worker that is killed is replaced, with a word, and the others go on', async (t) => {
  const problem = await sharedProblem(t)
  const { done, workers } = await underWay(t, problem, 'r')
  end(workers[0])
  const { code, stderr } = await done
  t.is(code, 0, stderr)
  t.regex(stderr, /worker process [12] was ended by SIGKILL; another is started/)
  await isSound(t, problem, 'r')
})

test.serial('a worker that sleeps past its lease does no harm when it wakes up', async (t) => {
  const problem = await sharedProblem(t)
  const { child, done, workers } = await underWay(t, problem, 'r', '--lease', '0.5')
  const [sleeper = 0, other = 0] = workers
  process.kill(sleeper, 'SIGSTOP')
  const tiles = (await filesUnder(join(problem.cwd, 'w/r/c'))).length
  await problem.progressed('r', tiles + 5)
  process.kill(sleeper, 'SIGCONT')
  const { code, stderr } = await done
  t.is(code, 0, stderr)
  await isSound(t, problem, 'r')
  await gone([sleeper, other, child.pid ?? 0])
})

test('a driver that sleeps loses its role, and follows the run when it wakes up', async (t) => {
  const problem = await sharedProblem(t)
  const { child, done, workers } = await underWay(t, problem, 'r')
  process.kill(child.pid ?? 0, 'SIGSTOP')
  await problem.state('r', 'done')
  process.kill(child.pid ?? 0, 'SIGCONT')
  const { code, stderr, stdout } = await done
  t.is(code, 0, stderr)
  t.regex(stdout, /L: file:/)
  await gone(workers)
  await isSound(t, problem, 'r')
})

test.serial('Redis flushed in mid-run costs a new plan and nothing else', async (t) => {
  const problem = await sharedProblem(t)
  const { done } = await underWay(t, problem, 'r')
  await problem.redis.cli('FLUSHALL')
  const { code, stderr } = await done
  t.is(code, 0, stderr)
  t.regex(stderr, /tasks left/)
  await isSound(t, problem, 'r')
})

test('a tile that is lost while no command drives the run is computed again', async (t) => {
  const problem = await sharedProblem(t)
  const { child, workers } = await underWay(t, problem, 'r', '--durability', 'full')
  child.kill('SIGKILL')
  const folder = join(problem.cwd, 'w/.numpywren/runs/r/tiles/S/c')
  const tiles = await filesUnder(folder)
  for (const tile of tiles) await unlink(join(folder, tile)).catch(() => undefined)
  await gone(workers)
  await isSound(t, problem, 'r')
})

test.serial('interrupted, the command and its workers end, and resume goes on', async (t) => {
  const problem = await sharedProblem(t, 1024)
  const { cwd, env } = problem
  const { child, done, workers } = await underWay(t, problem, 'r')
  child.kill('SIGINT')
  const { code, stderr } = await done
  t.is(code, 130, stderr)
  t.regex(stderr, /numpywren resume r/)
  await gone(workers)
  t.is((await json(['status', 'r', '--store', 'w'], { cwd })).state, 'interrupted')
  await succeed(['resume', 'r', '--store', 'w', '--workers', '1'], { cwd, env })
  await isSound(t, problem, 'r')
})

test.serial('interrupted, the command leaves the run to workers elsewhere, which complete it', async (t) => {
  const problem = await sharedProblem(t, 1024)
  const { child, done } = problem.start('r', '--workers', '0', ...lease)
  await problem.state('r', 'running')
  const worker = startCli(['worker', '--store', 'w', '--run', 'r'], problem)
  t.teardown(() => end(worker.child.pid))
  await problem.progressed('r', 2)
  child.kill('SIGINT')
  t.is((await done).code, 130)
  t.is((await worker.done).code, 0)
  await isSound(t, problem, 'r')
})

test('cancel ends a run with its driver and without', async (t) => {
  const problem = await sharedProblem(t, 1536)
  const { cwd } = problem
  for (const run of ['driven', 'left']) {
    const { child, done, workers } = await underWay(t, problem, run)
    if (run === 'left') child.kill('SIGKILL')
    // Nobody works while the command starts, so that the run cannot be quicker.
    for (const pid of workers) process.kill(pid, 'SIGSTOP')
    await succeed(['cancel', run, '--store', 'w'], { cwd })
    // Nor before the role of the driver that was killed is free.
    while (run === 'left' && (await problem.redis.cli('keys', '*:driver')) !== '') await sleep(50)
    for (const pid of workers) process.kill(pid, 'SIGCONT')
    const { code, stderr } = await done
    if (run === 'driven') {
      t.is(code, 1)
      t.regex(stderr, /was cancelled/)
    }
    await gone(workers)
    t.is(await problem.state(run, 'cancelled', 'done'), 'cancelled')
    t.true((await readdir(join(cwd, 'w', run))).every((name) => name !== 'zarr.json'))
  }
})

test.serial('a second command follows the run that the first one drives', async (t) => {
  const problem = await sharedProblem(t)
  const { cwd, env } = problem
  const first = await underWay(t, problem, 'r')
  const second = startCli(['resume', 'r', '--store', 'w', '--workers', '0'], { cwd, env })
  for (const { code, stderr } of await Promise.all([first.done, second.done])) t.is(code, 0, stderr)
  await isSound(t, problem, 'r')
})

test.serial(
  'workers that were started by hand serve run after run, stages of procedures too, and leave when idle',
  async (t) => {
    const problem = await sharedProblem(t)
    const { cwd, env } = problem
    const workers = [1, 2].map(() =>
      startCli(['worker', '--store', 'w', '--idle-timeout', 'never', '--json'], { cwd, env }),
    )
    for (const { child } of workers) t.teardown(() => end(child.pid))
    const { code, stderr } = await problem.start('r', '--workers', '0').done
    t.is(code, 0, stderr)
    await isSound(t, problem, 'r')
    await succeed(['generate', 'normal', 'w/b', '--shape', '512x2', '--tile', '64', '--seed', '7'], { cwd })
    await succeed(['solve', 'w/A', 'w/b', '-o', 'w/alone', '--coordinator', 'embedded'], { cwd })
    await succeed(['solve', 'w/A', 'w/b', '-o', 'w/shared', '--workers', '0'], { cwd, env })
    t.deepEqual(await digests(join(cwd, 'w/shared/c')), await digests(join(cwd, 'w/alone/c')))
    const idle = await json(['worker', '--store', 'w', '--idle-timeout', '0.1'], { cwd, env })
    t.like(idle, { why: 'idle', runs: 0, tasks: 0 })
    for (const { child } of workers) child.kill('SIGTERM')
    const ended = await Promise.all(workers.map(({ done }) => done))
    const served = ended.map(({ code, stdout, stderr }) => {
      t.is(code, 0, stderr)
      return oneObject(stdout) as { why: string; runs: number; tasks: number }
    })
    t.deepEqual(
      served.map(({ why }) => why),
      ['drained', 'drained'],
    )
    t.true(served.reduce((sum, { tasks }) => sum + tasks, 0) >= 120)
  },
)

test.serial('a worker drains when told to, and says what is wrong when it cannot serve', async (t) => {
  const problem = await sharedProblem(t)
  const { cwd, env } = problem
  const command = problem.start('r', '--workers', '0', ...lease)
  await problem.state('r', 'running')
  const worker = startCli(['worker', '--store', 'w', '--run', 'r'], { cwd, env })
  t.teardown(() => end(worker.child.pid))
  await problem.progressed('r', 2)
  worker.child.kill('SIGTERM')
  const drained = await worker.done
  t.is(drained.code, 0, drained.stderr)
  t.regex(drained.stderr, /joined run r/)
  const elsewhere = await cli(['worker', '--store', 'other', '--run', 'r'], { cwd, env })
  t.is(elsewhere.code, 2)
  t.regex(elsewhere.stderr, /run r is kept in file:.*\/w, not in file:.*\/other/)
  const unknown = await cli(['worker', '--store', 'w', '--run', 'nothing'], { cwd, env })
  t.is(unknown.code, 2)
  const alone = await cli(['worker', '--store', 'w'], { cwd })
  t.is(alone.code, 2)
  t.regex(alone.stderr, /redis:\/\//)
  const unshared = await cli(['resume', 'r', '--store', 'w'], { cwd })
  t.is(unshared.code, 2)
  t.regex(unshared.stderr, /--coordinator/)
  const second = await cli(['worker', '--store', 'w', '--run', 'r'], { cwd, env })
  t.is(second.code, 0, second.stderr)
  t.is((await command.done).code, 0)
  await isSound(t, problem, 'r')
})
