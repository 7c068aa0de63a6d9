import type { GenerateOptions } from '../matrix/index.ts'

/** What is compared, and where. */
export interface CompareOptions {
  readonly algorithm: string
  /** Of the first operand. */
  readonly shape: readonly [rows: number, cols: number]
  readonly tile?: readonly [rows: number, cols: number] | undefined
  readonly dtype?: GenerateOptions['dtype']
  /** The same on every provider. @default 0 */
  readonly seed?: number | undefined
  /** Names of results that are computed only where they are asked for, such as Q of `qr`. */
  readonly results?: readonly string[] | undefined
  /** Options of the algorithm. */
  readonly options?: Readonly<Record<string, unknown>> | undefined
  readonly providers: readonly ComparedPlace[]
  /** Runs on each provider. @default 3 */
  readonly repeat?: number | undefined
  /** Invocations at the same time. @default 4 */
  readonly workers?: number | undefined
  /** Of tiles that are no results. @default 'full', as functions have it */
  readonly durability?: 'full' | 'outputs' | undefined
  /** As for `connect`. */
  readonly coordinator?: string | undefined
  /** Leave matrices and runs in the stores. @default false */
  readonly keep?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Told of each step in one plain sentence. */
  readonly onStep?: ((text: string) => void) | undefined
}

/** A provider, and the store that its runs use. */
export interface ComparedPlace {
  /** `here` for workers in this process, else a provider of functions; each once. */
  readonly provider: ComparedProviderName
  /** Path or URL; the comparison makes a folder of its own there. */
  readonly store: string
  readonly function?: string | undefined
  readonly region?: string | undefined
  readonly project?: string | undefined
}

export type ComparedProviderName = 'here' | 'local' | 'aws-lambda' | 'gcp-functions'
