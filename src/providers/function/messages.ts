/**
 * What a driver and a function say to each other: one request, one answer, both JSON. The run itself is never in a message: its
 * manifest lies in the store.
 */

import type { RunEvent } from '../../events/index.ts'
import type { FailureRecord } from '../../scheduler/index.ts'

/** Changes when an older side could no longer understand. */
export const PROTOCOL_VERSION = 1

interface AnyRequest {
  readonly version: typeof PROTOCOL_VERSION
  /** Names the call; the answer repeats it. Letters, digits, '-' and '_'. */
  readonly invocation: string
}

/** A task that the driver holds the lease of. */
export interface BatchTask {
  /** As `taskId` writes it; the task is read from it. */
  readonly id: string
  /** 1 for the first try. */
  readonly attempt: number
  readonly backup: boolean
  /** Larger is more urgent. */
  readonly priority: number
}

/** Push: do these tasks, whose operands are all stored, and say what became of each. */
export interface BatchRequest extends AnyRequest {
  readonly kind: 'batch'
  /** URL of the store that holds the run. */
  readonly store: string
  readonly run: string
  /** Names a plan of the run: tiles that a function remembers count for this plan only. */
  readonly round: string
  /** Names the caller in events, as `run-3`. */
  readonly worker: string
  readonly tasks: readonly BatchTask[]
  /** Look for NaN and infinity in the inputs. @default as the manifest says */
  readonly checkFinite?: boolean | undefined
  /** Epoch milliseconds, by the driver's clock, at which it stops waiting. For messages only: a function goes by its own time limit. */
  readonly deadlineAt?: number | undefined
  /** Tasks computed at the same time. @default what the sandbox has; never more */
  readonly slots?: number | undefined
  /** Budget for tiles. @default what the sandbox has; never more */
  readonly memoryBytes?: number | undefined
}

/** Pull: take part in a shared run, as a worker process would, until the time is nearly over. */
export interface PullRequest extends AnyRequest {
  readonly kind: 'pull'
  readonly store: string
  /** A run or a procedure with its stages. @default any open run of the store */
  readonly run?: string | undefined
  /** URL of the coordinator, never with a password. @default what the function's own settings or secret say */
  readonly coordinator?: string | undefined
  readonly worker: string
  /** Names those who were called for together: they leave when the run's store says so, however much there is to do. */
  readonly group?: string | undefined
  /** Workers of this subtree, this one included: more than 1 has it invoke the function for the others. */
  readonly width: number
  /** Most invocations that one function makes for its subtree. */
  readonly arity: number
  /** Leaves after this long without work. */
  readonly idleMs: number
  /** Epoch milliseconds at which the worker must have answered, if its own time limit is not before. */
  readonly deadlineMs?: number | undefined
  readonly slots?: number | undefined
  readonly memoryBytes?: number | undefined
}

/** Nothing but facts of a sandbox. */
export interface PingRequest extends AnyRequest {
  readonly kind: 'ping'
}

export type FunctionRequest = BatchRequest | PullRequest | PingRequest

/** The process that answered. */
export interface SandboxFacts {
  /** Unlike that of any other. */
  readonly id: string
  /** Whether this was the first invocation of the process. */
  readonly cold: boolean
  /** Epoch milliseconds, by the function's clock, at which the process began. */
  readonly startedAt: number
  /** From there until it could take a request. */
  readonly initMs: number
  /** Which invocation of the process this was, from 1. */
  readonly invocations: number
  readonly slots: number
  readonly vcpus: number
  /** Of the whole sandbox. */
  readonly memoryBytes: number
  /** Kernels that OpenBLAS chose: bits are the same on one core type only. */
  readonly coreType: string
  /** Release of the worker. */
  readonly release: string
}

interface AnyAnswer {
  readonly version: typeof PROTOCOL_VERSION
  readonly invocation: string
  readonly sandbox: SandboxFacts
  /** Epoch milliseconds by the function's clock, as all times here. */
  readonly receivedAt: number
  readonly answeredAt: number
  /** Most memory that the process has had resident so far. */
  readonly peakBytes: number
  /** What kept the function from the work as a whole: no task is to blame. */
  readonly error?: FailureRecord | undefined
}

/** `returned`: not begun, or given up before the deadline; no attempt is counted. */
export type TaskAnswer =
  | { readonly id: string; readonly state: 'done' | 'returned' }
  | { readonly id: string; readonly state: 'failed'; readonly failure: FailureRecord }

export interface BatchAnswer extends AnyAnswer {
  readonly kind: 'batch'
  /** One for each task of the request, in its order. */
  readonly tasks: readonly TaskAnswer[]
  readonly events: readonly RunEvent[]
  /** Events that the answer had no room for. @default 0 */
  readonly eventsDropped?: number | undefined
}

/** How a worker's part in its runs ended, and what its sandbox was used for. */
export interface PullReport {
  readonly worker: string
  readonly sandbox: SandboxFacts
  /** Epoch milliseconds by the clock of the function itself. */
  readonly receivedAt: number
  readonly answeredAt: number
  readonly peakBytes: number
  readonly why: 'run-over' | 'drained' | 'deadline' | 'idle' | 'error'
  /** Completions that counted. */
  readonly tasks: number
  readonly error?: FailureRecord | undefined
}

/** Workers of a subtree that did not answer: an invocation that failed, with all that it was to invoke. */
export interface PullLoss {
  /** Of the worker that was invoked. */
  readonly worker: string
  readonly invocation: string
  /** Workers that were to come of it, itself included. */
  readonly width: number
  readonly failure: FailureRecord
}

export interface PullAnswer extends AnyAnswer {
  readonly kind: 'pull'
  readonly why: PullReport['why']
  /** Completions of this worker that counted. */
  readonly tasks: number
  /** Of all workers below this one. */
  readonly subtree: readonly PullReport[]
  readonly out: readonly PullLoss[]
}

export interface PingAnswer extends AnyAnswer {
  readonly kind: 'ping'
}

/** The request could not be understood: `error` says why, and `invocation` is empty. */
export interface RefusedAnswer extends AnyAnswer {
  readonly kind: 'refused'
  readonly error: FailureRecord
}

export type FunctionAnswer = BatchAnswer | PullAnswer | PingAnswer | RefusedAnswer

/** The answer to a request of this kind, when it was understood. */
export type AnswerTo<R extends FunctionRequest> = Extract<FunctionAnswer, { readonly kind: R['kind'] }>
