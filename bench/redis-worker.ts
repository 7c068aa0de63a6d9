/** A process of bench/coordinator-redis.ts: some workers with empty kernels on one epoch. Messages itself when it is ready and when it is done. */

import { connectRedis, joinRedisCoordinator, type Lease } from '../src/scheduler/index.ts'
import { benchProgram } from './coordinator-programs.ts'

/** What the parent process says. */
export interface RedisWorkerTask {
  readonly url: string
  readonly runId: string
  readonly epoch: string
  readonly program: string
  readonly workers: number
  /** Leases that each worker holds, at most. */
  readonly width: number
}

/** What it hears in the end. */
export interface RedisWorkerResult {
  readonly tasks: number
  readonly turns: number
  /** Processor time, s. */
  readonly cpuSeconds: number
}

process.once('message', (task: RedisWorkerTask) => void work(task))

async function work({ url, runId, epoch, program: name, workers, width }: RedisWorkerTask): Promise<void> {
  const program = await benchProgram(name)
  const connections = await Promise.all(Array.from({ length: workers }, () => connectRedis(url)))
  const coordinators = await Promise.all(
    connections.map((connection) => joinRedisCoordinator({ connection, storeUrl: 'memory:', runId, epoch, program })),
  )
  process.send?.('ready')
  await new Promise((resolve) => process.once('message', resolve))
  const before = process.cpuUsage()
  let tasks = 0
  let turns = 0
  await Promise.all(
    coordinators.map(async (coordinator, i) => {
      if (coordinator === undefined) throw new RangeError('the epoch is not open')
      const worker = `${process.pid}-${i}`
      let held: readonly Lease[] = []
      do {
        const completions = held.map((lease) => coordinator.complete(worker, lease))
        tasks += held.length
        held = await coordinator.lease(worker, { count: width, waitMs: 5000 })
        await Promise.all(completions)
      } while (held.length > 0 || (await coordinator.outcome()).state === 'running')
      turns += coordinator.turns
      await coordinator.close()
    }),
  )
  await Promise.all(connections.map((connection) => connection.close()))
  const { user, system } = process.cpuUsage(before)
  process.send?.({ tasks, turns, cpuSeconds: (user + system) / 1e6 } satisfies RedisWorkerResult)
  process.disconnect()
}
