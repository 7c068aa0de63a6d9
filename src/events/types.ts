/** Events of a run. Everything that reports (progress, statistics, trace, dashboard, comparison) is made from these. Times are epoch ms (fractional), sizes bytes. */

export type RunEvent =
  | RunStarted
  | WorkerJoined
  | WorkerLeft
  | WorkerCrashed
  | TaskFinished
  | TaskFailed
  | TileEvent
  | InvocationFinished
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
  /** When tasks are sent to functions: of which platform, and how many invocations at the same time at most. */
  readonly functions?: { readonly provider: string; readonly callers: number }
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
  /** Of these, those that wrote. @default unknown, in segments of earlier versions */
  readonly writeRequests?: number
  /** Milliseconds of each call of the store for a tile, with its retries and its wait for memory. @default unknown */
  readonly readMs?: readonly number[]
  readonly writeMs?: readonly number[]
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

/** One invocation of a deployed function, however it ended. Times are by the clock of whoever called. */
export interface InvocationFinished {
  readonly type: 'invocation'
  /** As `aws-lambda`. */
  readonly provider: string
  /** The address of a stand-in, when it was not the platform itself. */
  readonly emulatedBy?: string
  /** `batch`: tasks went with the request; `pull`: it took tasks from a coordinator for as long as it lived. */
  readonly kind: 'batch' | 'pull'
  /** Who called; of a batch also the worker of its tasks. */
  readonly worker: string
  /** Names the sandbox that answered. */
  readonly sandbox?: string
  /** Whether the sandbox began with this invocation. */
  readonly cold?: boolean
  /** Time that the sandbox took to begin, in ms; of a cold one. */
  readonly initMs?: number
  /** Core type that OpenBLAS found there: results of different ones may differ in their last bits. */
  readonly coreType?: string
  readonly requestedAt: number
  /** When the function had the request, and when it answered: by its own clock, set to that of the caller. */
  readonly receivedAt?: number
  readonly answeredAt?: number
  readonly endedAt: number
  /** Tasks that were sent, or that a pulling worker completed. */
  readonly tasks: number
  readonly outcome: InvocationOutcome
  /** Of the sandbox. */
  readonly memoryBytes: number
  readonly vcpus: number
  /** As the platform bills it; of an invocation without an answer the time that the caller saw. 0 when nothing ran. */
  readonly billedMs: number
  readonly requestBytes: number
  /** 0 without an answer. */
  readonly answerBytes: number
}

/**
 * - `answered`: whatever became of its tasks;
 * - `throttled`: the platform did not admit it;
 * - `abandoned`: the caller did not wait for its end;
 * - the others: it ended without an answer.
 */
export type InvocationOutcome =
  | 'answered'
  | 'throttled'
  | 'abandoned'
  | 'crashed'
  | 'timed-out'
  | 'out-of-memory'
  | 'unreachable'
  | 'garbled'
  | 'too-large'

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
