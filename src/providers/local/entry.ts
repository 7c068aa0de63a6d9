import { setComputeThreads } from '../../kernels/index.ts'
import { createWorker, createWorkerMemory } from '../../worker/index.ts'
import type { RunContext, WorkerGroup, WorkerGroupOptions } from '../provider.ts'

/** Starts workers as loops of this process that share their tiles, and as many compute threads as they have slots. Once one has crashed the others drain, so that the run does not limp on. */
export function startLocalWorkers(
  { name, ...run }: RunContext,
  { workers, slots, memoryBytes, signal }: WorkerGroupOptions,
): WorkerGroup {
  const { events, checkFinite } = run
  const memory = createWorkerMemory({ memoryBytes: workers * memoryBytes, events, checkFinite })
  setComputeThreads(workers * slots)
  const group = Array.from({ length: workers }, (_, at) =>
    createWorker({ id: `${name}-${at + 1}`, ...run, slots, memoryBytes, memory, signal }),
  )
  const drain = (): void => {
    for (const worker of group) worker.drain()
  }
  const ended = Promise.allSettled(
    group.map((worker) =>
      worker.run().catch((error: unknown) => {
        drain()
        throw error
      }),
    ),
  )
  return {
    drain,
    async finished() {
      const results = await ended
      memory.pool.close()
      for (const result of results) if (result.status === 'rejected') throw result.reason
    },
  }
}
