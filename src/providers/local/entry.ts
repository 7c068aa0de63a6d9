import { createWorker } from '../../worker/index.ts'
import type { RunContext, WorkerGroup, WorkerGroupOptions } from '../provider.ts'

/** Starts workers as loops of this process. Once one has crashed the others drain, so that the run does not limp on. */
export function startLocalWorkers(
  { runId, ...run }: RunContext,
  { workers, slots, memoryBytes, signal }: WorkerGroupOptions,
): WorkerGroup {
  const group = Array.from({ length: workers }, (_, at) =>
    createWorker({ id: `${runId}/local-${at + 1}`, ...run, slots, memoryBytes, signal }),
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
      for (const result of await ended) if (result.status === 'rejected') throw result.reason
    },
  }
}
