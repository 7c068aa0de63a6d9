import type { CompiledProgram, Task } from '../../src/lambdapack/index.ts'
import { taskId } from '../../src/lambdapack/index.ts'
import type { Coordinator, Lease, StragglerRule } from '../../src/scheduler/index.ts'
import { type ExplicitTask, explicitProgram } from '../helpers/explicit-program.ts'

/** What the suite needs of an implementation: one run, and a way to let time pass for it. */
export interface CoordinatorHarness {
  readonly coordinator: Coordinator
  /** Lets `ms` milliseconds of the coordinator's time pass. */
  advance(ms: number): Promise<void>
}

export interface HarnessOptions {
  readonly program: CompiledProgram
  readonly todo?: ReadonlySet<string>
  readonly priorities?: ReadonlyMap<string, number>
  readonly leaseMs: number
  readonly maxAttempts: number
  readonly backoff: { readonly baseMs: number; readonly capMs: number }
  readonly stragglers: StragglerRule | false
}

/** Opens a coordinator over tasks written out. */
export type Start = (tasks: readonly ExplicitTask[], options?: Partial<HarnessOptions>) => Promise<CoordinatorHarness>

const roles = { I: 'input', S: 'intermediate', O: 'output' } as const

/** `I` holds inputs, `S` intermediates, `O` outputs. */
export function starter(open: (options: HarnessOptions) => Promise<CoordinatorHarness>): Start {
  return (tasks, options = {}) =>
    open({
      program: explicitProgram(tasks, roles),
      leaseMs: 1000,
      maxAttempts: 3,
      backoff: { baseMs: 100, capMs: 400 },
      stragglers: false,
      ...options,
    })
}

/** Leases one task. */
export async function one(coordinator: Coordinator, worker = 'w', options: object = {}): Promise<Lease> {
  const [lease] = await coordinator.lease(worker, { count: 1, ...options })
  if (lease === undefined) throw new Error('no lease was granted')
  return lease
}

export const independent = (count: number): ExplicitTask[] =>
  Array.from({ length: count }, (_, i) => ({ vars: [i], kernel: 'k', reads: ['I[0]'], writes: [`O[${i}]`] }))

export const ids = (leases: readonly Lease[]): string[] => leases.map((lease) => lease.id)
export const taskIds = (tasks: readonly Task[]): string[] => tasks.map(taskId)
