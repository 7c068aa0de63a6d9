/** What is known of a platform, as data: limits and prices, each with where it was read and when. */

/** What invocations used, as the platform bills it. */
export interface FunctionUsage {
  readonly invocations: number
  /** Time of sandboxes at work, starts included where they are billed, in ms; each invocation rounded up as the platform does. */
  readonly billedMs: number
  /** The same times the sandbox's memory: GiB-seconds. */
  readonly gibSeconds: number
  /** The same times its vCPUs. */
  readonly vcpuSeconds: number
}

export interface CostItem {
  /** As a bill would name it: `requests`, `compute (GB-seconds)`. */
  readonly item: string
  readonly quantity: number
  readonly unit: string
  /** US dollars per unit, without free tiers. */
  readonly unitPrice: number
  /** US dollars. */
  readonly amount: number
}

export interface FunctionLimits {
  readonly memoryBytes: { readonly least: number; readonly most: number; readonly step: number }
  readonly vcpus: { readonly least: number; readonly most: number }
  readonly timeoutMs: number
  readonly requestBytes: number
  readonly answerBytes: number
  readonly ephemeralBytes: { readonly least: number; readonly most: number } | undefined
  /** Invocations at the same time that a new account is promised. */
  readonly concurrency: number
  /** New sandboxes that the platform admits per function in a span of time. */
  readonly ramp: { readonly sandboxes: number; readonly perMs: number }
}

export interface Sourced {
  /** Page or document. */
  readonly source: string
  /** ISO date on which it was read. */
  readonly asOf: string
}

export interface FunctionBilling {
  /** Time is rounded up to whole multiples of this. */
  readonly stepMs: number
  readonly startIsBilled: boolean
}

export interface ProviderFacts {
  readonly limits: FunctionLimits & Sourced
  /** How the platform bills time. @default every ms, the start of a sandbox included */
  readonly billing?: FunctionBilling | undefined
  /** Region of the prices. */
  readonly prices: Sourced & { readonly region: string }
  /** Cores that a sandbox of this memory gets (Lambda), or that were asked for (Cloud Run). */
  vcpusOf(memoryBytes: number): number
  /** @returns one entry per item of the bill; empty where nothing is paid */
  costOf(usage: FunctionUsage, architecture: 'x86_64' | 'arm64'): readonly CostItem[]
}
