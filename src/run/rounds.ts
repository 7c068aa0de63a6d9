import type { EventSink } from '../events/index.ts'
import type { KernelRegistry } from '../kernels/index.ts'
import type { CompiledProgram } from '../lambdapack/index.ts'
import type { Provider } from '../providers/index.ts'
import { type Coordinator, createEmbeddedCoordinator } from '../scheduler/index.ts'
import type { RunArrays } from './bindings.ts'
import type { Manifest } from './manifest.ts'
import { heldBytes } from './memory.ts'

/** How the tasks of a plan are handed out and done; a driver makes one round for each plan. */
export interface Rounds {
  /** Slots of workers that begin and end with each round; 0 when workers come and go by themselves. */
  readonly slots: number
  /** True when processes take part that may die while the round goes on: then what is done is looked up in the store at its end. */
  readonly shared: boolean
  /** The round that is under way, left by the driver before. */
  adopt(): Promise<Coordinator | undefined>
  /** @param todo ids of the tasks to do; `undefined`: all. */
  open(todo: ReadonlySet<string> | undefined): Promise<Coordinator>
  /** Resolves when the round is over, or its workers have stopped before. @throws the signal's reason, or what a worker crashed with */
  work(coordinator: Coordinator, signal: AbortSignal): Promise<void>
}

export interface EmbeddedRoundsOptions {
  readonly manifest: Manifest
  readonly program: CompiledProgram
  readonly arrays: RunArrays
  readonly kernels: KernelRegistry
  readonly provider: Provider
  readonly priorities: ReadonlyMap<string, number> | undefined
  readonly events: EventSink
}

/** Rounds within this process: its coordinator, and workers that share its memory. A backup of a straggler on the same cores would help nobody. */
export function embeddedRounds(options: EmbeddedRoundsOptions): Rounds {
  const { manifest, program, arrays, kernels, provider, priorities, events } = options
  const { workers, slots, memoryBytes, durability, checkFinite } = manifest.options
  return {
    slots: workers * slots,
    shared: false,
    adopt: async () => undefined,
    open: async (todo) => createEmbeddedCoordinator({ program, todo, priorities, stragglers: false }),
    async work(coordinator, signal) {
      const group = await provider.start(
        {
          name: `${manifest.id}/local`,
          coordinator,
          program,
          kernels,
          matrices: arrays.matrices,
          durability,
          checkFinite,
          events,
        },
        { workers, slots, memoryBytes: memoryBytes - heldBytes(arrays.matrices) / workers, signal },
      )
      await group.finished()
    },
  }
}
