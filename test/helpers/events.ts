import type { InvocationFinished, RunFinished, RunStarted, TaskFinished } from '../../src/events/index.ts'

export function started(at: number, more: Partial<RunStarted> = {}): RunStarted {
  return { type: 'run-started', runId: 'r', at, tasks: 3, totalTasks: 3, slots: 2, resumed: false, ...more }
}

/** A task that was leased at `at` and took 1 ms for each of its phases. */
export function task(at: number, more: Partial<TaskFinished> = {}): TaskFinished {
  return {
    type: 'task',
    task: `0:${at}`,
    kernel: 'gemm',
    worker: 'w',
    slot: 0,
    attempt: 1,
    counted: true,
    leasedAt: at,
    readAt: at + 1,
    computeAt: at + 1,
    computedAt: at + 2,
    writtenAt: at + 3,
    completedAt: at + 3,
    bytesRead: 10,
    bytesWritten: 20,
    cacheHits: 1,
    requests: 2,
    flops: 1000,
    cacheBytes: 100,
    ...more,
  }
}

/** An answered batch, requested at `at`, of a sandbox of 2 GiB and 1.5 vCPUs. */
export function invocation(at: number, more: Partial<InvocationFinished> = {}): InvocationFinished {
  return {
    type: 'invocation',
    provider: 'local',
    kind: 'batch',
    worker: 'caller-1',
    requestedAt: at,
    endedAt: at + 100,
    tasks: 3,
    outcome: 'answered',
    memoryBytes: 2 * 2 ** 30,
    vcpus: 1.5,
    billedMs: 90,
    requestBytes: 300,
    answerBytes: 3000,
    ...more,
  }
}

export function finished(at: number, state: RunFinished['state'] = 'done'): RunFinished {
  return { type: 'run-finished', at, state }
}
