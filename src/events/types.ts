/** Events of a run. Everything that reports (progress, statistics, trace, dashboard, comparison) is made from these. Times are epoch ms (fractional), sizes bytes. */

export type RunEvent =
  | RunStarted
  | WorkerJoined
  | WorkerLeft
  | WorkerCrashed
  | TaskFinished
  | TaskFailed
  | TileEvent
  | RunFinished

export interface RunStarted {
  readonly type: 'run-started'
  readonly runId: string
  readonly at: number
  /** Tasks that this start has to do (less than the program's when resumed). */
  readonly tasks: number
  readonly totalTasks: number
  /** Of workers that start and end with the run; 0 when workers join and leave, which events of their own tell. */
  readonly slots: number
  readonly resumed: boolean
}

/** A worker process began to work on the run. */
export interface WorkerJoined {
  readonly type: 'worker-joined'
  readonly worker: string
  readonly slots: number
  readonly at: number
}

/** It let go of the run. One that was killed leaves no such record. */
export interface WorkerLeft {
  readonly type: 'worker-left'
  readonly worker: string
  readonly at: number
}

/** A worker process that was started for the run ended before the run did. */
export interface WorkerCrashed {
  readonly type: 'worker-crashed'
  /** Which one, counted from 1. */
  readonly process: number
  readonly at: number
  /** How it ended, and its last words. */
  readonly message: string
  /** Whether another is started in its place. */
  readonly restarted: boolean
}

/** One record per finished task. */
export interface TaskFinished {
  readonly type: 'task'
  readonly task: string
  readonly kernel: string
  readonly worker: string
  readonly slot: number
  readonly attempt: number
  readonly counted: boolean
  readonly leasedAt: number
  /** Operands in memory; between this and `computeAt` the task waits for a slot. */
  readonly readAt: number
  readonly computeAt: number
  readonly computedAt: number
  readonly writtenAt: number
  readonly completedAt: number
  readonly bytesRead: number
  readonly bytesWritten: number
  readonly cacheHits: number
  readonly requests: number
  readonly flops: number
  /** Bytes of tiles alive in the worker when the task ended. */
  readonly cacheBytes: number
}

export interface TaskFailed {
  readonly type: 'task-failed'
  readonly task: string
  readonly worker: string
  readonly attempt: number
  readonly at: number
  readonly tag: string
  readonly message: string
  readonly willRetry: boolean
}

export interface TileEvent {
  readonly type: 'tile'
  readonly what: 'dropped' | 'spilled' | 'lost'
  readonly tile: string
  readonly bytes: number
  readonly at: number
}

export interface RunFinished {
  readonly type: 'run-finished'
  readonly at: number
  readonly state: 'done' | 'failed' | 'cancelled' | 'interrupted'
  readonly message?: string
}

/** Where events go. Emitting never throws and never waits. */
export interface EventSink {
  emit(event: RunEvent): void
}
