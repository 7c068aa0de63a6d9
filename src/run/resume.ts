import { InputError } from '../errors.ts'
import type { KernelRegistry } from '../kernels/index.ts'
import type { Provider } from '../providers/index.ts'
import type { Store } from '../storage/index.ts'
import { openArrays } from './bindings.ts'
import { carryOut, type Sharing } from './carry-out.ts'
import { goOnWith } from './gc/index.ts'
import { cancelKey } from './keys.ts'
import { type RunOptions, readManifest, storesOf } from './manifest.ts'
import { checkMemory } from './memory.ts'
import { checkOptions } from './options.ts'
import { reclaimOutputs } from './outputs.ts'
import { prioritiesOf } from './priorities.ts'
import { compileRecorded, type IsShipped } from './program.ts'
import type { Run } from './run.ts'
import { readState, shownState } from './state.ts'
import { expectVouched } from './voucher.ts'

export interface ResumeRunOptions {
  readonly store: Store
  readonly id: string
  /** Replaces what the manifest says, for this time. */
  readonly options?: Partial<RunOptions> | undefined
  readonly provider: Provider
  readonly kernels: KernelRegistry
  /** Of the programs that may be of any size. @default none */
  readonly isShipped?: IsShipped | undefined
  /** Stores that are open already, by URL, for inputs and outputs outside of `store`. */
  readonly stores?: ReadonlyMap<string, Store> | undefined
  /** Shares the run with other processes. @default this process alone carries it out */
  readonly sharing?: Sharing | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Continues a run, whatever ended it: every output tile is verified, and what is missing or damaged is computed again with
 * all that it needs, and nothing else. Resuming a run that is done verifies it. Two may resume one run at once.
 * @throws RunNotFoundError, ManifestError, OutputTakenError, MatrixNotFoundError, RemovalUnderWayError
 */
export async function resumeRun(resume: ResumeRunOptions): Promise<Run> {
  const { store, id, kernels, provider, sharing } = resume
  const stored = await readManifest(store, id)
  // A run that only had workers elsewhere is gone on with by one here.
  const least = sharing === undefined && stored.options.workers === 0 ? { workers: 1 } : {}
  const manifest = { ...stored, options: { ...stored.options, ...least, ...resume.options } }
  checkOptions(manifest.options, sharing !== undefined)
  if (sharing === undefined) await expectUnshared(store, id)
  await expectVouched(store, stored)
  provider.expectReach(storesOf(manifest, store))
  const program = compileRecorded(manifest, resume)
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
    const signal = resume.signal ?? new AbortController().signal
    const run = { store, manifest, program, arrays, kernels, provider, priorities, resumed: true, signal }
    return carryOut(run, sharing)
  } catch (error) {
    await arrays.close()
    throw error
  }
}

/** @throws InputError when worker processes are at work on the run: they would undo each other's work */
async function expectUnshared(store: Store, id: string): Promise<void> {
  const state = await readState(store, id)
  if (state?.shared !== true || shownState(state) !== 'running') return
  throw new InputError(
    `worker processes are at work on run ${id}: name their coordinator (--coordinator, or NUMPYWREN_COORDINATOR), or cancel the run first`,
  )
}
