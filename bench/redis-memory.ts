/**
 * Memory of Redis for each task of a run: at its peak, and after the end. One worker with many leases, empty kernels.
 * Usage: node bench/redis-memory.ts [program ...], such as independent:1000000 cholesky:180 (both about a million tasks).
 */

import { connectRedis, openRedisCoordinator } from '../src/scheduler/index.ts'
import { type RedisServer, startRedis } from '../test/helpers/servers/redis.ts'
import { benchProgram } from './coordinator-programs.ts'

/** Leases of the worker at a time. */
const width = 256
/** Turns between two looks at the memory. */
const lookEvery = 50

const undo: (() => unknown)[] = []
try {
  const names = process.argv.slice(2)
  for (const name of names.length > 0 ? names : ['independent:100000', 'cholesky:84']) {
    const server = await startRedis({ teardown: (action) => undo.push(action) })
    await measure(server, name)
  }
} finally {
  for (const action of undo.reverse()) await action()
}

async function measure(server: RedisServer, name: string): Promise<void> {
  const program = await benchProgram(name)
  const connection = await connectRedis(server.url)
  const empty = await usedBytes(server)
  const coordinator = await openRedisCoordinator({ connection, storeUrl: 'memory:', runId: 'r', program })
  const { total } = await coordinator.counts()
  let peak = 0
  for (let turn = 0; (await coordinator.outcome()).state === 'running'; turn++) {
    if (turn % lookEvery === 0) peak = Math.max(peak, (await usedBytes(server)) - empty)
    const leases = await coordinator.lease('w', { count: width, waitMs: 1000 })
    await Promise.all(leases.map((lease) => coordinator.complete('w', lease)))
  }
  const left = (await usedBytes(server)) - empty
  await coordinator.close()
  await connection.close()
  const each = (bytes: number): string => (bytes / total).toFixed(1)
  process.stdout.write(
    `${name}: ${total.toLocaleString('en')} tasks, ${each(peak)} bytes a task at the peak (${Math.round(peak / 1024)} KiB), ${each(left)} after the end (${Math.round(left / 1024)} KiB)\n`,
  )
}

async function usedBytes(server: RedisServer): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await server.cli('INFO', 'memory'))?.[1])
}
