import type { Runner } from './sandbox.ts'

/** A function as CreateFunction would describe it. */
export interface EmulatedFunction {
  readonly name: string
  /** The platform's megabytes of 2^20 bytes. */
  readonly memoryMb: number
  readonly timeoutS: number
  readonly environment?: Readonly<Record<string, string>>
  /** Reserved concurrency; 0 lets nothing run. @default the account's */
  readonly concurrency?: number
  /** Size of /tmp. @default 512 */
  readonly ephemeralMb?: number
}

/** What goes wrong by chance: "one in" is per invocation, and the same seed makes the same choices in the same order of invocations. */
export interface LambdaFaults {
  /** @default 1 */
  readonly seed?: number
  /** The sandbox is killed at a random moment of the invocation: `Runtime.ExitError`. */
  readonly killOneIn?: number
  /** The machine below goes, with its sandbox: the caller gets a 500 `ServiceException`. */
  readonly lostHostOneIn?: number
  /** The caller's connection is reset at a random moment; the invocation goes on. */
  readonly cutOneIn?: number
  /** An asynchronous invocation is delivered once more. */
  readonly duplicateOneIn?: number
  /** Before a new sandbox starts, in ms. */
  readonly coldStartMs?: number
  /** Each way of an invocation takes up to this long, in ms. */
  readonly latencyMs?: number
}

export interface LambdaEmulatorOptions {
  readonly functions?: readonly EmulatedFunction[]
  /** How sandboxes are run. @default processRunner() */
  readonly runner?: Runner
  /** Origin of moto's server: the rest of the API, and functions that are not among `functions`. @default answers what is asked about `functions` by itself */
  readonly controlPlane?: string
  /** Variables that the platform gives each sandbox for its role: credentials. */
  readonly role?: Readonly<Record<string, string>>
  /** Access keys that may call. @default any */
  readonly accessKeys?: readonly string[]
  readonly faults?: LambdaFaults
  /** Invocations of the account at the same time. @default 1000 */
  readonly accountConcurrency?: number
  /** New sandboxes that a function may get in a span of time. @default 1000 in 10 s */
  readonly ramp?: { readonly sandboxes: number; readonly perMs: number }
  /** Time for a sandbox to ask for its first invocation. The platform gives 10 s on a machine that is not shared with all others. @default 60 s */
  readonly initMs?: number
  /** After which an idle sandbox is taken away. @default 5 min */
  readonly idleMs?: number
  /** Before the first retry of an asynchronous invocation; twice that before the second. The platform waits 1 and 2 min. @default 20 ms */
  readonly retryMs?: number
}

/** What happened so far. */
export interface LambdaStats {
  /** That ran, or began to: neither throttled nor refused. */
  invocations: number
  coldStarts: number
  throttles: number
  peakConcurrency: number
  /** Sandboxes frozen between invocations, each time counted. */
  freezes: number
  /** Faults of {@link LambdaFaults}. */
  kills: number
  lostHosts: number
  cuts: number
  duplicates: number
  /** Asynchronous invocations run again after an error. */
  retries: number
  timeouts: number
  outOfMemory: number
  /** Sandboxes that ended by themselves. */
  exits: number
  /** Idle sandboxes taken away. */
  reaped: number
}

export const noStats = (): LambdaStats => ({
  invocations: 0,
  coldStarts: 0,
  throttles: 0,
  peakConcurrency: 0,
  freezes: 0,
  kills: 0,
  lostHosts: 0,
  cuts: 0,
  duplicates: 0,
  retries: 0,
  timeouts: 0,
  outOfMemory: 0,
  exits: 0,
  reaped: 0,
})
