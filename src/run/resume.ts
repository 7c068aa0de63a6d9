import type { KernelRegistry } from '../kernels/index.ts'
import type { Provider } from '../providers/index.ts'
import type { Store } from '../storage/index.ts'
import { openArrays } from './bindings.ts'
import { carryOut } from './carry-out.ts'
import { goOnWith } from './gc/index.ts'
import { cancelKey } from './keys.ts'
import { type RunOptions, readManifest } from './manifest.ts'
import { checkMemory } from './memory.ts'
import { checkOptions } from './options.ts'
import { reclaimOutputs } from './outputs.ts'
import { prioritiesOf } from './priorities.ts'
import { compileSource } from './program.ts'
import type { Run } from './run.ts'

export interface ResumeRunOptions {
  readonly store: Store
  readonly id: string
  /** Replaces what the manifest says, for this time. */
  readonly options?: Partial<RunOptions> | undefined
  readonly provider: Provider
  readonly kernels: KernelRegistry
  /** Stores that are open already, by URL, for inputs and outputs outside of `store`. */
  readonly stores?: ReadonlyMap<string, Store> | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Continues a run, whatever ended it: every output tile is verified, and what is missing or damaged is computed again with
 * all that it needs, and nothing else. Resuming a run that is done verifies it. Two may resume one run at once.
 * @throws RunNotFoundError, ManifestError, OutputTakenError, MatrixNotFoundError, RemovalUnderWayError
 */
export async function resumeRun(resume: ResumeRunOptions): Promise<Run> {
  const { store, id, kernels, provider, signal } = resume
  const stored = await readManifest(store, id)
  const manifest = { ...stored, options: { ...stored.options, ...resume.options } }
  checkOptions(manifest.options)
  const { aliases, args, matrices } = manifest
  const bound = [
    ...Object.keys(aliases),
    ...Object.entries(matrices).flatMap(([name, { role }]) => (role === 'intermediate' ? [] : [name])),
  ]
  const program = compileSource(manifest.program, { args, aliases, bound })
  const arrays = await openArrays(store, manifest, resume.stores)
  try {
    const { slots, memoryBytes } = manifest.options
    checkMemory({ program, matrices: arrays.matrices, slots, memoryBytes })
    const priorities = prioritiesOf({ program, matrices: arrays.matrices, kernels })
    const undo = await goOnWith(store, id)
    try {
      await reclaimOutputs(arrays, { runId: id, runStore: store })
    } catch (error) {
      await undo()
      throw error
    }
    await store.delete(cancelKey(id))
    return carryOut({
      store,
      manifest,
      program,
      arrays,
      kernels,
      provider,
      priorities,
      resumed: true,
      signal: signal ?? new AbortController().signal,
    })
  } catch (error) {
    await arrays.close()
    throw error
  }
}
