import { InputError } from '../../errors.ts'
import { type CompiledProgram, criticalPathLengths } from '../../lambdapack/index.ts'
import type { Backoff } from './backoff.ts'
import { type Clock, systemClock } from './clock.ts'
import type { StragglerRule } from './stragglers.ts'

/** What a caller may say about an embedded coordinator. */
export interface EmbeddedCoordinatorOptions {
  readonly program: CompiledProgram
  /** Ids of the tasks to do; the others count as done before. @default every task of the program */
  readonly todo?: ReadonlySet<string> | undefined
  /** A lease that is not renewed for this long is given to another. @default 30000 */
  readonly leaseMs?: number | undefined
  /** Grants of one task before the run fails. @default 4 */
  readonly maxAttempts?: number | undefined
  readonly backoff?: Backoff | undefined
  /**
   * Priority by task id, larger first; ties in program order.
   * @default the number of tasks on the longest path from it, in a program small enough to look through
   */
  readonly priorities?: ReadonlyMap<string, number> | undefined
  /** When a task gets a backup on another worker; `false` never. @default 3 times the median of 5 tasks of its kernel, from 1 s */
  readonly stragglers?: StragglerRule | false | undefined
  readonly clock?: Clock | undefined
  /** Uniform in [0, 1), for the jitter. @default Math.random */
  readonly random?: (() => number) | undefined
}

/** The same with every default filled. */
export interface CompiledOptions {
  readonly program: CompiledProgram
  readonly todo: ReadonlySet<string> | undefined
  readonly leaseMs: number
  readonly maxAttempts: number
  readonly backoff: Backoff
  readonly priorities: ReadonlyMap<string, number>
  readonly stragglers: StragglerRule | false
  readonly clock: Clock
  readonly random: () => number
}

/** Fills the defaults. @throws InputError for a time or count out of range; CompileError for a cycle, unless priorities are given */
export function compileOptions(options: EmbeddedCoordinatorOptions): CompiledOptions {
  const { leaseMs = 30_000, maxAttempts = 4 } = options
  if (!(leaseMs > 0)) throw new InputError(`leaseMs must be more than 0, not ${leaseMs}`)
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1)
    throw new InputError(`maxAttempts must be a whole number from 1, not ${maxAttempts}`)
  return {
    program: options.program,
    todo: options.todo,
    leaseMs,
    maxAttempts,
    backoff: options.backoff ?? { baseMs: 100, capMs: 10_000 },
    priorities: options.priorities ?? criticalPathLengths(options.program) ?? new Map(),
    stragglers: options.stragglers ?? { factor: 3, minSamples: 5, minMs: 1000 },
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  }
}
