import { InputError } from '../errors.ts'
import type { KernelRegistry } from '../kernels/index.ts'
import type { Provider } from '../providers/index.ts'
import type { Store } from '../storage/index.ts'
import { openArrays } from './bindings.ts'
import { carryOut, type Sharing } from './carry-out.ts'
import { expectUnmarked } from './gc/index.ts'
import { manifestKey } from './keys.ts'
import { type AlgorithmNote, encodeManifest, type Manifest, type RunOptions, storesOf } from './manifest.ts'
import { checkMemory } from './memory.ts'
import { checkOptions } from './options.ts'
import { createOutputs } from './outputs.ts'
import { type PrepareOptions, prepare } from './prepare.ts'
import { prioritiesOf } from './priorities.ts'
import type { Run } from './run.ts'
import { checkRunId, newRunId } from './run-id.ts'
import { vouchFor } from './voucher.ts'

export interface StartRunOptions extends PrepareOptions {
  /** Keeps the run: manifest, events and intermediates. */
  readonly store: Store
  /** @default time, program and a random suffix */
  readonly id?: string | undefined
  /** Replace outputs that exist. @default false */
  readonly overwrite?: boolean | undefined
  readonly options: RunOptions
  readonly provider: Provider
  readonly kernels: KernelRegistry
  readonly algorithm?: AlgorithmNote | undefined
  /** Shares the run with other processes. @default this process alone carries it out */
  readonly sharing?: Sharing | undefined
  /** Interrupts the run: what computes is finished, what is stored stays. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Starts a run: everything is checked before the first object is written. Tiles of the outputs go to their places at once,
 * their metadata when all are there, so nothing half done looks like a matrix.
 * @returns the run, under way
 * @throws InputError (ProgramError, MatrixNotFoundError, AlreadyExistsError, OutputTakenError, MemoryLimitError ...)
 */
export async function startRun(start: StartRunOptions): Promise<Run> {
  const { store, options, overwrite = false, kernels, provider, algorithm } = start
  checkOptions(options, start.sharing !== undefined)
  if (start.id !== undefined) checkRunId(start.id)
  const { program, aliases, matrices } = await prepare(start)
  const id = start.id ?? newRunId(algorithm?.name ?? program.name)
  const manifest: Manifest = await vouchFor<Manifest>(store, {
    version: 1,
    id,
    createdAt: new Date().toISOString(),
    program: { text: start.program.text, name: program.name },
    args: program.args,
    aliases,
    matrices: signed(matrices, id),
    options,
    ...(algorithm === undefined ? {} : { algorithm }),
  })
  provider.expectReach(storesOf(manifest, store))
  const stores = new Map(
    Object.values(start.bindings).flatMap((binding) => (binding.store ? [[binding.store.url, binding.store]] : [])),
  )
  const arrays = await openArrays(store, manifest, stores)
  checkMemory({ program, matrices: arrays.matrices, slots: options.slots, memoryBytes: options.memoryBytes })
  const priorities = prioritiesOf({ program, matrices: arrays.matrices, kernels })
  if (!(await store.put(manifestKey(id), encodeManifest(manifest), { ifAbsent: true })))
    throw new InputError(`there is already a run ${id} in ${store.url}; choose another --run-id or resume that one`)
  try {
    await expectUnmarked(store, { run: id })
    await createOutputs(arrays, { runId: id, runStore: store, overwrite })
  } catch (error) {
    await store.delete(manifestKey(id))
    throw error
  }
  const signal = start.signal ?? new AbortController().signal
  const run = { store, manifest, program, arrays, kernels, provider, priorities, resumed: false, signal }
  return carryOut(run, start.sharing)
}

/** Outputs that carry the run's id, which tells them from what somebody may put into their places later. */
function signed(matrices: Manifest['matrices'], run: string): Manifest['matrices'] {
  return Object.fromEntries(
    Object.entries(matrices).map(([name, matrix]) => {
      if (matrix.role !== 'output') return [name, matrix]
      return [name, { ...matrix, attributes: { ...matrix.attributes, run } }]
    }),
  )
}
