import type { KernelRegistry } from '../kernels/index.ts'
import type { CompiledProgram } from '../lambdapack/index.ts'
import type { Store } from '../storage/index.ts'
import { openArrays, type RunArrays } from './bindings.ts'
import { type Manifest, readManifest } from './manifest.ts'
import { checkMemory } from './memory.ts'
import { compileRecorded, type IsShipped } from './program.ts'
import { expectVouched } from './voucher.ts'

export interface OpenRecordedOptions {
  readonly store: Store
  readonly kernels: KernelRegistry
  /** Of the programs that may be of any size. @default none */
  readonly isShipped?: IsShipped | undefined
  readonly slots: number
  readonly memoryBytes: number
}

/** What a worker needs of a run that somebody else has started. */
export interface RecordedRun {
  readonly manifest: Manifest
  readonly program: CompiledProgram
  /** To be closed by who opened it. */
  readonly arrays: RunArrays
}

/**
 * Opens a run by its record, for a worker that only computes.
 * @throws RunNotFoundError, ManifestError, MatrixNotFoundError, MemoryLimitError; InputError for a record that names places on this machine
 */
export async function openRecorded(runId: string, options: OpenRecordedOptions): Promise<RecordedRun> {
  const { store, slots, memoryBytes } = options
  const manifest = await readManifest(store, runId)
  await expectVouched(store, manifest, { files: false })
  const program = compileRecorded(manifest, options)
  const arrays = await openArrays(store, manifest)
  try {
    checkMemory({ program, matrices: arrays.matrices, slots, memoryBytes })
  } catch (error) {
    await arrays.close()
    throw error
  }
  return { manifest, program, arrays }
}
