import type { Runner } from '../lambda/sandbox.ts'

/** A service as it is put up before the test begins. */
export interface EmulatedService {
  readonly name: string
  /** Units of 2^20 bytes. @default 1024 */
  readonly memoryMb?: number
  /** @default 1 */
  readonly vcpus?: number
  /** Time limit of a request, in s. @default 300 */
  readonly timeoutS?: number
  /** @default 100 */
  readonly maxInstances?: number
  readonly environment?: Readonly<Record<string, string>>
}

/** What goes wrong by chance: "one in" is per request, and the same seed makes the same choices in the same order of requests. */
export interface CloudRunFaults {
  /** @default 1 */
  readonly seed?: number
  /** The instance is killed at a random moment of the request: 503. */
  readonly killOneIn?: number
  /** The caller's connection is reset at a random moment; the instance goes on. */
  readonly cutOneIn?: number
  /** Before a new instance starts, in ms. */
  readonly coldStartMs?: number
}

export interface CloudRunEmulatorOptions {
  readonly services?: readonly EmulatedService[]
  /** How instances are run. @default processes of this machine: `node src/function/main.ts` */
  readonly runner?: Runner
  /** Variables that every instance gets besides: where its stores are. */
  readonly environment?: Readonly<Record<string, string>>
  /** Names of secrets with their values. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Buckets whose policies may be asked for and set. */
  readonly buckets?: readonly string[]
  readonly faults?: CloudRunFaults
  /** Instances of the region at the same time. @default 1000 */
  readonly instances?: number
  /** How long a request waits for an instance before it is refused. The platform waits about 10 s. @default 20 ms */
  readonly pendingMs?: number
  /** After which an instance without requests is ended. @default 15 min, as the platform */
  readonly idleMs?: number
  /** From SIGTERM to SIGKILL. @default 10 s, as the platform */
  readonly graceMs?: number
  /** How long a new service account is not known to others than IAM. The platform takes up to a minute. @default 0 */
  readonly newAccountMs?: number
  /** How long a change of a service is under way. @default 30 ms */
  readonly reconcileMs?: number
  /** Processes get no time between requests, as instances that are billed by request get next to none. @default true */
  readonly freezes?: boolean
  /** Answered with 403: matched against `METHOD path` of calls of the administration. */
  readonly forbidden?: RegExp
  /** Life of an identity token, in s. @default 3600 */
  readonly tokenS?: number
  /** By how much the platform's clock is ahead, in ms; shown in its answers. @default 0 */
  readonly aheadMs?: number
}

/** What happened so far. */
export interface CloudRunStats {
  /** Requests that went to an instance. */
  requests: number
  coldStarts: number
  /** 429: no instance was free, and no more could be started. */
  throttles: number
  /** 401 and 403. */
  denied: number
  peakConcurrency: number
  /** Faults of {@link CloudRunFaults}. */
  kills: number
  cuts: number
  /** Answered with 504; the instance went on. */
  timeouts: number
  freezes: number
  /** Idle instances that were asked to end, and of these the ones that did not in time. */
  terminated: number
  forced: number
  outOfMemory: number
  /** Instances that ended by themselves. */
  exits: number
}

export const noStats = (): CloudRunStats => ({
  requests: 0,
  coldStarts: 0,
  throttles: 0,
  denied: 0,
  peakConcurrency: 0,
  kills: 0,
  cuts: 0,
  timeouts: 0,
  freezes: 0,
  terminated: 0,
  forced: 0,
  outOfMemory: 0,
  exits: 0,
})
