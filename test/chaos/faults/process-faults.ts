/** Processes that are killed, stopped and asked to end. */

import { setTimeout as sleep } from 'node:timers/promises'
import { signal } from '../processes.ts'
import type { Random } from '../random.ts'
import type { Disturbed, Fault } from './fault.ts'

const needsRedis: Fault['fits'] = ({ coordinator }) => coordinator === 'redis'
const anywhere: Fault['fits'] = () => true

export const processFaults: readonly Fault[] = [
  {
    kind: 'worker killed (-9)',
    group: 'process',
    fits: needsRedis,
    cause: (run, random) => toOneWorker(run, random, 'SIGKILL'),
  },
  {
    kind: 'worker stopped past its lease, then continued',
    group: 'process',
    fits: needsRedis,
    async cause(run, random) {
      const [worker] = random.shuffled(await run.processes.workers())
      return worker === undefined ? 0 : await pause(run, worker.pid, run.leaseMs * random.between(1.2, 2.5))
    },
  },
  {
    kind: 'worker asked to end (SIGTERM)',
    group: 'process',
    fits: needsRedis,
    cause: (run, random) => toOneWorker(run, random, 'SIGTERM'),
  },
  {
    kind: 'driver killed (-9)',
    group: 'process',
    fits: anywhere,
    cause: (run, random) => toOneDriver(run, random, 'SIGKILL'),
  },
  {
    kind: 'driver and workers killed (-9) at once',
    group: 'process',
    fits: needsRedis,
    async cause(run) {
      const all = await run.processes.all()
      for (const { pid } of all) signal(pid, 'SIGKILL')
      run.note(`SIGKILL to ${all.length} processes`)
      return all.length > 0 ? 1 : 0
    },
  },
  {
    kind: 'driver interrupted (SIGINT)',
    group: 'process',
    fits: anywhere,
    cause: (run, random) => toOneDriver(run, random, 'SIGINT'),
  },
  {
    kind: 'driver stopped past its role, then continued',
    group: 'process',
    fits: anywhere,
    async cause(run, random) {
      const [driver] = random.shuffled(run.drivers())
      return driver === undefined ? 0 : await pause(run, driver.pid, random.between(5500, 8000))
    },
  },
]

async function toOneWorker(run: Disturbed, random: Random, name: NodeJS.Signals): Promise<number> {
  const [worker] = random.shuffled(await run.processes.workers())
  if (worker === undefined || !signal(worker.pid, name)) return 0
  run.note(`${name} to worker ${worker.pid}`)
  return 1
}

async function toOneDriver(run: Disturbed, random: Random, name: NodeJS.Signals): Promise<number> {
  const [driver] = random.shuffled(run.drivers())
  if (driver === undefined || !signal(driver.pid, name)) return 0
  run.note(`${name} to driver ${driver.pid}`)
  return 1
}

/** Stops a process for `ms`; others go on meanwhile, and so do other faults. */
async function pause(run: Disturbed, pid: number, ms: number): Promise<number> {
  if (!signal(pid, 'SIGSTOP')) return 0
  run.note(`SIGSTOP to ${pid} for ${Math.round(ms)} ms`)
  const waking = sleep(ms).then(() => signal(pid, 'SIGCONT'))
  // A run must not be judged while one of its processes sleeps.
  run.lift(() => waking)
  return 1
}
