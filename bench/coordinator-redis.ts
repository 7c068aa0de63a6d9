/**
 * Tasks per second through the coordinator in Redis with empty kernels: 8 workers in 2 processes and a redis-server of its own,
 * all on this machine. Usage: node bench/coordinator-redis.ts [program ...], such as independent:100000 cholesky:84.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { connectRedis, openRedisCoordinator } from '../src/scheduler/index.ts'
import { type RedisServer, startRedis } from '../test/helpers/servers/redis.ts'
import { benchProgram } from './coordinator-programs.ts'
import type { RedisWorkerResult, RedisWorkerTask } from './redis-worker.ts'

const processes = 2
const workersEach = 4

const undo: (() => unknown)[] = []
try {
  const server = await startRedis({ teardown: (action) => undo.push(action) })
  const names = process.argv.slice(2)
  for (const name of names.length > 0 ? names : ['independent:40000', 'grid:400', 'cholesky:60'])
    for (const width of [1, 4]) await measure(server, name, width)
} finally {
  for (const action of undo.reverse()) await action()
}

async function measure(server: RedisServer, name: string, width: number): Promise<void> {
  const connection = await connectRedis(server.url)
  const program = await benchProgram(name)
  const runId = `${name.replace(':', '-')}-${width}`
  const coordinator = await openRedisCoordinator({ connection, storeUrl: 'memory:', runId, program })
  const task: RedisWorkerTask = {
    url: server.url,
    runId,
    epoch: coordinator.epoch,
    program: name,
    workers: workersEach,
    width,
  }
  const children = await Promise.all(Array.from({ length: processes }, () => start(task)))
  const before = await cpuSeconds(server)
  const started = performance.now()
  const results = await Promise.all(children.map(finish))
  const seconds = (performance.now() - started) / 1000
  const serverMicros = ((await cpuSeconds(server)) - before) * 1e6
  const { state } = await coordinator.outcome()
  const tasks = results.reduce((sum, result) => sum + result.tasks, 0)
  const turns = results.reduce((sum, result) => sum + result.turns, 0)
  await coordinator.close()
  await connection.close()
  const rate = Math.round(tasks / seconds).toLocaleString('en')
  const clientMicros = results.reduce((sum, result) => sum + result.cpuSeconds * 1e6, 0)
  process.stdout.write(
    `${name}, ${processes * workersEach} workers with up to ${width} leases: ${state}, ${tasks} tasks, ${rate} tasks/s, ` +
      `${(turns / tasks).toFixed(2)} round trips a task, processor time a task: ` +
      `${Math.round(serverMicros / tasks)} us of Redis, ${Math.round(clientMicros / tasks)} us of the workers\n`,
  )
}

/** Processor time that the server has used so far. */
async function cpuSeconds(server: RedisServer): Promise<number> {
  const info = await server.cli('INFO', 'cpu')
  const of = (name: string): number => Number(new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1])
  return of('used_cpu_user') + of('used_cpu_sys')
}

async function start(task: RedisWorkerTask): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('redis-worker.ts', import.meta.url)))
  child.send(task)
  await once(child, 'message')
  return child
}

async function finish(child: ChildProcess): Promise<RedisWorkerResult> {
  const result = once(child, 'message')
  child.send('go')
  const [message] = (await result) as [RedisWorkerResult]
  return message
}
