import { randomBytes } from 'node:crypto'
import type { EventSink, RunStarted } from '../events/index.ts'
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
  /** When tasks are sent to functions. */
  readonly functions?: RunStarted['functions']
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
  /** URL of the store that keeps the run. */
  readonly storeUrl: string
  readonly manifest: Manifest
  readonly program: CompiledProgram
  readonly arrays: RunArrays
  readonly kernels: KernelRegistry
  readonly provider: Provider
  readonly priorities: ReadonlyMap<string, number> | undefined
  readonly events: EventSink
}

/** On other machines a backup of a straggler helps; on the same cores it would help nobody. A batch of tasks takes a second or so, and a start some. */
const remoteStragglers = { factor: 3, minSamples: 5, minMs: 5000 }

/** Rounds whose coordinator is in this process: with workers that share its memory, or that are sent their tasks wherever they are. */
export function embeddedRounds(options: EmbeddedRoundsOptions): Rounds {
  const { storeUrl, manifest, program, arrays, kernels, provider, priorities, events } = options
  const { workers, slots, memoryBytes, durability, checkFinite } = manifest.options
  const { isRemote } = provider
  const stragglers = isRemote ? remoteStragglers : false
  return {
    slots: isRemote ? 0 : workers * slots,
    ...(isRemote ? { functions: { provider: provider.name, callers: workers } } : {}),
    shared: false,
    adopt: async () => undefined,
    open: async (todo) => createEmbeddedCoordinator({ program, todo, priorities, stragglers }),
    async work(coordinator, signal) {
      const group = await provider.start(
        {
          name: isRemote ? `${manifest.id}-${provider.name}` : `${manifest.id}/local`,
          runId: manifest.id,
          storeUrl,
          round: randomBytes(6).toString('hex'),
          coordinator,
          program,
          kernels,
          matrices: arrays.matrices,
          durability,
          checkFinite,
          events,
        },
        {
          workers,
          slots,
          memoryBytes: isRemote ? memoryBytes : memoryBytes - heldBytes(arrays.matrices) / workers,
          signal,
        },
      )
      await group.finished()
    },
  }
}
