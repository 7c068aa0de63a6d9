import { BigMatrix } from '../matrix/index.ts'
import type { BoundMatrix } from '../providers/index.ts'
import type { Store } from '../storage/index.ts'
import { addressed } from './bindings.ts'
import { tilesPrefix } from './keys.ts'
import { type Manifest, readManifest } from './manifest.ts'
import { compileRecorded, type RecordedOptions } from './program.ts'
import { planRecovery } from './recovery.ts'
import { expectVouched } from './voucher.ts'

/**
 * Whether every output tile of a run that is done is stored and sound. Its inputs may be gone.
 * @param storeAt the store of a URL
 * @throws RunNotFoundError, ManifestError
 */
export async function isIntact(
  store: Store,
  runId: string,
  storeAt: (url: string) => Store,
  how: RecordedOptions,
): Promise<boolean> {
  const manifest = await readManifest(store, runId)
  await expectVouched(store, manifest, { files: false })
  const program = compileRecorded(manifest, how)
  const written = writtenArrays(store, manifest, storeAt)
  const todo = await planRecovery({
    program,
    matrices: written,
    verify: true,
    suspects: new Set(),
    onDamaged: () => undefined,
  })
  return todo.size === 0
}

function writtenArrays(
  store: Store,
  { id, matrices }: Manifest,
  storeAt: (url: string) => Store,
): ReadonlyMap<string, BoundMatrix> {
  const written = new Map<string, BoundMatrix>()
  for (const [name, matrix] of Object.entries(matrices)) {
    if (matrix.role === 'input') continue
    const base =
      matrix.role === 'output'
        ? BigMatrix.attach(storeAt(matrix.store), matrix.path, matrix.layout, matrix)
        : BigMatrix.attach(store, `${tilesPrefix(id)}${name}`, matrix.layout)
    written.set(name, { role: matrix.role, array: addressed(base, matrix.axes), absentIsFill: matrix.zeros })
  }
  return written
}
