/** A comparison of providers as data: what `report.json` holds, and what its page is made from. Times in seconds unless their name says ms, sizes in bytes, money in US dollars. */

export interface Comparison {
  readonly format: 'numpywren comparison'
  readonly version: 1
  /** Version of numpywren. */
  readonly numpywren: string
  /** ISO time at which it began. */
  readonly createdAt: string
  readonly driver: ComparedDriver
  readonly work: ComparedWork
  readonly providers: readonly ComparedProvider[]
  readonly agreement: Agreement
}

/** The machine that drove the runs. */
export interface ComparedDriver {
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  readonly node: string
}

export interface ComparedWork {
  readonly algorithm: string
  readonly operands: readonly ComparedOperand[]
  /** Names of the results whose bits are compared. */
  readonly results: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  readonly seed: number
  /** Runs on each provider. */
  readonly repeat: number
  /** Invocations at the same time that were asked for. */
  readonly workers: number
  readonly durability: 'full' | 'outputs'
  readonly coordinator: 'embedded' | 'redis'
}

export interface ComparedOperand {
  readonly name: string
  /** Kind of test matrix. */
  readonly kind: string
  readonly shape: readonly number[]
  readonly tile: readonly number[]
  readonly dtype: string
}

export interface ComparedProvider {
  /** As `--providers` names it. */
  readonly provider: string
  /** For every title and row: the name, and by what it was emulated. */
  readonly label: string
  /** Address of the stand-in, when this was not the platform itself. */
  readonly emulatedBy?: string | undefined
  readonly function?: string | undefined
  readonly region?: string | undefined
  /** Invocations at the same time; of workers in one process no more than it has cores. */
  readonly workers: number
  /** URL of the store. */
  readonly store: string
  /** Address of what stands in for the store's service, when the store was not that of the cloud its URL names. */
  readonly storeEmulatedBy?: string | undefined
  readonly sandbox?: ComparedSandbox | undefined
  /** Where the prices were read, and when; none where nothing is paid. */
  readonly prices: readonly PriceBasis[]
  /** Why it did not come to a run. */
  readonly problem?: string | undefined
  /** One entry for each repeat that was begun. */
  readonly runs: readonly ComparedRun[]
}

/** What one worker has. */
export interface ComparedSandbox {
  readonly memoryBytes: number
  readonly vcpus: number
  readonly slots: number
  readonly architecture: string
  readonly timeoutMs?: number | undefined
}

export interface PriceBasis {
  readonly what: 'compute' | 'store requests'
  readonly source: string
  /** ISO date. */
  readonly asOf: string
  readonly region: string
}

export interface ComparedRun {
  /** From 1. */
  readonly repeat: number
  readonly runId: string
  /** ISO time. */
  readonly startedAt: string
  /** From the call until its result is there, by the driver's clock: planning, manifest and the end included. */
  readonly completionSeconds: number
  /** Why it failed. */
  readonly problem?: string | undefined
  /** SHA-256 of the results: names, shapes, element types and the bits of every element. */
  readonly digest?: string | undefined
  /** Versions of the kernels that computed, as OpenBLAS names them. */
  readonly coreTypes: readonly string[]
  readonly measures: RunMeasures
}

/** What the events of one run add up to. */
export interface RunMeasures {
  /** From the first event of each start to its last. */
  readonly wallSeconds: number
  readonly coreSeconds: number
  /** Time that kernels ran. */
  readonly computeSeconds: number
  /** `computeSeconds` of `coreSeconds`, 0 to 1. */
  readonly efficiency: number
  readonly tasks: number
  readonly attempts: number
  readonly flops: number
  readonly split: TimeSplit
  readonly starts: StartMeasures
  readonly store: StoreMeasures
  readonly failures: FailureMeasures
  readonly money: Money
  readonly timeline: RunTimeline
}

/** Where the time of the tasks went, summed over all of them; tasks of one worker overlap. */
export interface TimeSplit {
  /** Calls on their way there and back, starts of sandboxes included, and reports of completion. */
  readonly lease: number
  readonly read: number
  /** Operands are there, and every slot is busy. */
  readonly wait: number
  readonly compute: number
  readonly write: number
}

export interface StartMeasures {
  readonly invocations: number
  /** Milliseconds from the call until the function has it, of a sandbox that was started for it. */
  readonly coldMs: Distribution
  /** The same, of one that was there. */
  readonly warmMs: Distribution
  /** Of the cold ones: milliseconds for loading the worker, as it measured them itself. */
  readonly initMs: Distribution
}

export interface StoreMeasures {
  /** Calls for tiles. */
  readonly requests: number
  readonly reads: number
  readonly writes: number
  readonly bytesRead: number
  readonly bytesWritten: number
  /** Milliseconds of one call for a tile, retries included. */
  readonly readMs: Distribution
  readonly writeMs: Distribution
  /** Bytes a second of one call. */
  readonly readRate: Distribution
  readonly writeRate: Distribution
  /** Bytes read and written, by the time of the run. */
  readonly bytesPerSecond: number
}

export interface FailureMeasures {
  /** Tries of tasks that failed. */
  readonly tasks: number
  /** Of these, those that were tried again. */
  readonly retried: number
  /** Failed tries by the kind of error. */
  readonly kinds: Readonly<Record<string, number>>
  readonly tilesLost: number
  /** Worker processes that died. */
  readonly workersCrashed: number
  /** Invocations that the platform did not admit. */
  readonly throttled: number
  /** Invocations that ended without an answer, by their end. */
  readonly unanswered: Readonly<Record<string, number>>
}

export interface Money {
  readonly items: readonly MoneyItem[]
  readonly total: number
}

export interface MoneyItem {
  readonly item: string
  readonly quantity: number
  readonly unit: string
  readonly unitPrice: number
  readonly amount: number
}

/** Means over equal spans of the run, from its first event on. */
export interface RunTimeline {
  readonly spanSeconds: number
  /** Workers: those that have a call, pull, or hold their slots for the whole run. */
  readonly workers: readonly number[]
  /** Calls on their way to a function: sandboxes that start, for the most part. */
  readonly starting: readonly number[]
  /** Kernels that run. */
  readonly kernels: readonly number[]
}

/** How values lie: the smallest, quantiles, the largest. All 0 when `count` is. */
export interface Distribution {
  readonly count: number
  readonly mean: number
  readonly least: number
  readonly p10: number
  readonly p25: number
  readonly p50: number
  readonly p75: number
  readonly p90: number
  readonly p99: number
  readonly most: number
}

/** Whether the results of all runs have the same bits. */
export interface Agreement {
  readonly state: 'same' | 'different' | 'nothing to compare'
  /** One sentence. */
  readonly text: string
  /** One entry for each set of bits that came out: which runs gave it, and how good it is. */
  readonly groups: readonly AgreementGroup[]
}

export interface AgreementGroup {
  readonly digest: string
  /** `label, repeat N`. */
  readonly runs: readonly string[]
  readonly coreTypes: readonly string[]
  /** The scaled residual, judged once for each digest; none for an algorithm that has no judgement. */
  readonly residual?: Residual | undefined
}

export interface Residual {
  readonly formula: string
  readonly ratio: number
  readonly threshold: number
  readonly passed: boolean
}
