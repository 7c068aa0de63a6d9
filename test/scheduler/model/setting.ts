import fc from 'fast-check'
import type { CompiledProgram } from '../../../src/lambdapack/index.ts'
import { taskId } from '../../../src/lambdapack/index.ts'
import type { Backoff, StragglerRule } from '../../../src/scheduler/index.ts'
import { type ExplicitTask, explicitProgram } from '../../helpers/explicit-program.ts'

/** A run as both coordinators are given it. */
export interface Setting {
  readonly tasks: readonly ExplicitTask[]
  readonly todo: ReadonlySet<string> | undefined
  readonly priorities: ReadonlyMap<string, number> | undefined
  readonly leaseMs: number
  readonly maxAttempts: number
  readonly backoff: Backoff
  readonly stragglers: StragglerRule | false
  /** Clients of the Redis coordinator, each with some of the workers. */
  readonly clients: 1 | 2
}

export const roles = { I: 'input', S: 'intermediate', O: 'output' } as const

export function programOf({ tasks }: Setting): CompiledProgram {
  return explicitProgram(tasks, roles)
}

interface Draw {
  readonly kernel: 'p' | 'q'
  readonly writes: readonly ('S' | 'O')[]
  /** Tiles written before it, by any number; an index that is not there is an absent read or an input. */
  readonly reads: readonly number[]
}

const draw: fc.Arbitrary<Draw> = fc.record({
  kernel: fc.constantFrom('p' as const, 'q' as const),
  writes: fc.array(fc.constantFrom('S' as const, 'S' as const, 'O' as const), { minLength: 1, maxLength: 2 }),
  reads: fc.array(fc.nat(12), { maxLength: 3 }),
})

/** Tasks in an order in which they could be done; a task may read a tile twice. */
function toTasks(draws: readonly Draw[]): ExplicitTask[] {
  const written: string[] = []
  return draws.map(({ kernel, writes, reads }, i) => {
    const operands = reads.map((n) => {
      if (n === 0) return 'I[0]'
      return written.length === 0 || n === 12 ? '?S[99]' : written[n % written.length]!
    })
    const results = writes.map((matrix, k) => `${matrix}[${i},${k}]`)
    written.push(...results)
    return { statement: i % 2, vars: [i], kernel, reads: operands, writes: results }
  })
}

/** Some tasks of which each makes many others ready, so that more are ready than a lease call looks through. */
function toFans(sizes: readonly number[]): ExplicitTask[] {
  const ends = sizes.map((size, root) => sizes.slice(0, root).reduce((sum, n) => sum + n, sizes.length) + size)
  const total = ends.at(-1) ?? 0
  return Array.from({ length: total }, (_, i) => {
    const root = ends.findIndex((end) => i < end)
    const reads = i < sizes.length ? [] : [`S[${root}]`]
    return { statement: i % 2, vars: [i], kernel: 'p', reads, writes: [`S[${i}]`] }
  })
}

const graphs: fc.Arbitrary<readonly ExplicitTask[]> = fc.oneof(
  { weight: 4, arbitrary: fc.array(draw, { minLength: 1, maxLength: 10 }).map(toTasks) },
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 3 }).map(toFans) },
)

export const settings: fc.Arbitrary<Setting> = graphs.chain((tasks) => {
  const ids = tasks.map(({ statement = 0, vars }) => taskId({ statement, vars }))
  return fc.record({
    tasks: fc.constant(tasks),
    todo: fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.subarray(ids).map((some): ReadonlySet<string> => new Set(some)) },
    ),
    priorities: fc.option(
      fc
        .array(fc.integer({ min: -2, max: 3 }), { minLength: ids.length, maxLength: ids.length })
        .map((values): ReadonlyMap<string, number> => new Map(ids.map((id, i) => [id, values[i]!]))),
      { nil: undefined },
    ),
    leaseMs: fc.constant(100),
    maxAttempts: fc.integer({ min: 2, max: 9 }),
    // With jitter of a half: pauses of 30, 60 and 90 ms.
    backoff: fc.constant({ baseMs: 40, capMs: 120 }),
    stragglers: fc.constantFrom<StragglerRule | false>(
      false,
      { factor: 2, minSamples: 1, minMs: 10 },
      { factor: 1, minSamples: 2, minMs: 0 },
      { factor: 1, minSamples: 1, minMs: 0 },
    ),
    clients: fc.constantFrom<1 | 2>(1, 2),
  })
})
