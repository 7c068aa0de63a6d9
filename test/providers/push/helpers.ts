import { MemorySink } from '../../../src/events/index.ts'
import { kernelRegistry } from '../../../src/kernels/index.ts'
import { BigMatrix } from '../../../src/matrix/index.ts'
import type { DeployedFunction } from '../../../src/providers/function/index.ts'
import type { RunContext } from '../../../src/providers/provider.ts'
import { PushGroup } from '../../../src/providers/push/index.ts'
import {
  type Coordinator,
  createEmbeddedCoordinator,
  type EmbeddedCoordinatorOptions,
} from '../../../src/scheduler/index.ts'
import { MemoryStore } from '../../../src/storage/index.ts'
import { type ExplicitTask, explicitProgram } from '../../helpers/explicit-program.ts'

/** `width` tasks that write S, and one more for each that reads it: two waves. */
export const waves = (width: number): ExplicitTask[] =>
  Array.from({ length: width }, (_, i): ExplicitTask[] => [
    { vars: [i, 0], kernel: 'first', reads: ['I[0]'], writes: [`S[${i}]`] },
    { vars: [i, 1], kernel: 'second', reads: [`S[${i}]`], writes: [`O[${i}]`] },
  ]).flat()

export interface PushedRun {
  readonly coordinator: Coordinator
  readonly events: MemorySink
  readonly group: PushGroup
  readonly store: MemoryStore
}

/** A run whose tasks are pushed to a function; nothing computes but the function. */
export async function pushed(
  deployed: DeployedFunction,
  tasks: readonly ExplicitTask[],
  options: Partial<EmbeddedCoordinatorOptions> & {
    readonly workers?: number
    readonly slots?: number
    readonly signal?: AbortSignal
  } = {},
): Promise<PushedRun> {
  const { workers = 4, slots = 2, signal, ...more } = options
  const program = explicitProgram(tasks, { I: 'input', S: 'intermediate', O: 'output' })
  const coordinator = createEmbeddedCoordinator({
    program,
    backoff: { baseMs: 1, capMs: 2 },
    stragglers: false,
    ...more,
  })
  const events = new MemorySink()
  const store = new MemoryStore()
  const S = await BigMatrix.create(store, 'S', { shape: [tasks.length], tile: [1], dtype: 'float64' })
  const run: RunContext = {
    name: 'run-local',
    runId: 'run',
    storeUrl: 'file:///nowhere',
    round: 'round',
    coordinator,
    program,
    kernels: kernelRegistry,
    matrices: new Map([['S', { role: 'intermediate', array: S, absentIsFill: false }]]),
    durability: 'full',
    checkFinite: true,
    events,
  }
  const group = new PushGroup(deployed, run, { workers, slots, memoryBytes: 2 ** 20, signal })
  return { coordinator, events, group, store }
}
