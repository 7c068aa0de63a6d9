/** Settings: what a user may write, and the compiled form with every default filled. */

import { availableParallelism, totalmem } from 'node:os'
import { InputError } from '../errors.ts'
import { type FunctionProviderName, MOST_CALLERS } from '../providers/index.ts'
import type { Joined, RunOptions } from '../run/index.ts'

/** How runs are carried out; each may be set for a connection and again for one call. */
export interface RunSettings {
  /**
   * Workers. With the embedded coordinator they share this process; with Redis each is a process of its own, and 0 starts none here. With a
   * provider of functions: invocations at the same time.
   * @default 1; of functions 16, or as many as this machine has cores for
   */
  readonly workers?: number | undefined
  /** Tasks computed at the same time by one worker. @default the cores of this machine, shared among worker processes; those of a function */
  readonly slots?: number | undefined
  /** Bytes of tiles held in memory by one worker. @default half of this machine's memory, at most 8 GiB, shared among worker processes; what a function has */
  readonly memoryBytes?: number | undefined
  /** `full`: every tile is stored before its task counts as done; `outputs`: intermediates stay in memory while it suffices. @default 'outputs' */
  readonly durability?: 'full' | 'outputs' | undefined
  /** Refuse NaN and infinity in the inputs. @default true */
  readonly checkFinite?: boolean | undefined
  /** With Redis: a task whose worker is silent for so long is given to another. @default 30000 */
  readonly leaseMs?: number | undefined
}

/** A connection: the store of runs and of matrices named without a URL, and settings for its runs. */
export interface ConnectOptions extends RunSettings {
  /** Path or URL. @default the variable NUMPYWREN_STORE, else the current folder */
  readonly store?: string | undefined
  /**
   * Where the workers are: in this process (`here`; with Redis, processes of this machine), or in functions: `local` (processes of this machine that are called as
   * functions are), `aws-lambda`, `gcp-functions`. @default the variable NUMPYWREN_PROVIDER, else 'here'
   */
  readonly provider?: 'here' | FunctionProviderName | undefined
  /** Name of the deployed function. @default the variable NUMPYWREN_FUNCTION, else 'numpywren-worker' */
  readonly function?: string | undefined
  /** Of the function. @default as the platform's own settings say */
  readonly region?: string | undefined
  /** Google Cloud project of the function. @default that of the credentials */
  readonly project?: string | undefined
  /**
   * Who hands out tasks: `embedded`, this process; or the URL of a Redis, `redis://` or `rediss://`, which workers anywhere reach. It is
   * stored nowhere. @default the variable NUMPYWREN_COORDINATOR, else 'embedded'
   */
  readonly coordinator?: string | undefined
  /** Told of what is no error and yet should be known, such as a coordinator that everybody may use. */
  readonly onWarning?: ((message: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** One call of an algorithm. */
export interface CallOptions extends RunSettings {
  /** Replace outputs that exist. @default false */
  readonly overwrite?: boolean | undefined
  /** @default made of the time, the algorithm and a random suffix */
  readonly runId?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** One worker that serves runs which others have started. */
export interface WorkOptions {
  /** Serve this run alone, or this procedure with its stages, and end with it. @default any open run of the store, one after the other */
  readonly runId?: string | undefined
  /** As for {@link RunSettings}. */
  readonly slots?: number | undefined
  readonly memoryBytes?: number | undefined
  /** Leaves after this long without work; infinity: stays until its run ends. @default 60000 */
  readonly idleMs?: number | undefined
  /** Epoch milliseconds at which the worker must be gone: it takes no task that would not end before. @default never */
  readonly deadlineMs?: number | undefined
  /** Drains: what computes is finished, the rest given back. */
  readonly signal?: AbortSignal | undefined
  /** Told of each run that was joined. */
  readonly onJoined?: ((runId: string) => void) | undefined
  /** Told how the part in a run ended. */
  readonly onLeft?: ((runId: string, joined: Joined) => void) | undefined
  /** Told of a run that this worker cannot serve, such as one that needs more memory. Without `runId`; with it that is an error. */
  readonly onRefused?: ((runId: string, reason: Error) => void) | undefined
}

const mostWorkers = 1000
const mostSlots = 1024
const largestDefaultMemory = 8 * 2 ** 30
/** Renewals must have time to arrive. */
const leastLeaseMs = 100

/** What functions have, each: the defaults, and of what was deployed somewhere also the most. */
export interface WorkerDefaults {
  readonly workers: number
  readonly slots: number
  readonly memoryBytes: number
}

/** Where settings are to hold. */
export interface WorkersAt {
  /** Workers find their tasks at a coordinator outside of this process. */
  readonly isShared: boolean
  /** The name of a provider of functions. @default workers of this machine */
  readonly platform?: FunctionProviderName | undefined
  /** What its functions have, once that is known. */
  readonly functions?: WorkerDefaults | undefined
}

/** Later settings win. @throws InputError naming an option, its value and what is allowed */
export function compileSettings(at: WorkersAt, ...settings: readonly RunSettings[]): RunOptions {
  const { isShared, platform, functions } = at
  const merged: Record<string, unknown> = {}
  for (const each of settings) {
    for (const [name, value] of Object.entries(each)) if (value !== undefined) merged[name] = value
  }
  const {
    workers = functions?.workers ?? 1,
    durability = 'outputs',
    checkFinite = true,
    leaseMs,
  } = merged as RunSettings
  requireWhole('workers', workers, isShared ? 0 : 1, platform === undefined ? mostWorkers : MOST_CALLERS)
  // Workers within one process share its budget, those of their own share the machine.
  const shares = isShared ? Math.max(1, workers) : 1
  const {
    slots = functions?.slots ?? Math.max(1, Math.floor(availableParallelism() / shares)),
    memoryBytes = functions?.memoryBytes ?? Math.min(totalmem() / 2, largestDefaultMemory) / shares,
  } = merged as RunSettings
  // Processes of this machine take what they are told to; what was deployed is as it is.
  const most = platform === 'local' ? undefined : functions
  requireWhole('slots', slots, 1, most?.slots ?? mostSlots)
  if (most !== undefined && memoryBytes > most.memoryBytes) {
    throw new InputError(
      `memoryBytes must be at most ${most.memoryBytes}, what a function of ${platform} has for tiles, got ${memoryBytes}`,
    )
  }
  if (leaseMs !== undefined && !(leaseMs >= leastLeaseMs && Number.isFinite(leaseMs))) {
    throw new InputError(`leaseMs must be a number of at least ${leastLeaseMs}, got ${leaseMs}`)
  }
  if (!(memoryBytes > 0)) throw new InputError(`memoryBytes must be above 0, got ${memoryBytes}`)
  if (durability !== 'full' && durability !== 'outputs') {
    throw new InputError(`durability must be full or outputs, got '${durability}'`)
  }
  const provider = platform === undefined ? {} : { provider: platform }
  const options = { workers, slots, memoryBytes: Math.floor(memoryBytes), durability, checkFinite, ...provider }
  return leaseMs === undefined ? options : { ...options, leaseMs }
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return
  throw new InputError(`${name} must be a whole number from ${least} to ${most}, got ${value}`)
}
