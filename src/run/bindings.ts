import {
  BigMatrix,
  block,
  column,
  retiled,
  symmetric,
  type TileArray,
  transposed,
  triangular,
} from '../matrix/index.ts'
import type { BoundMatrix } from '../providers/index.ts'
import { openStore, type Store } from '../storage/index.ts'
import { type Axes, AxesView } from './axes.ts'
import { tilesPrefix } from './keys.ts'
import type { Manifest, ViewStep } from './manifest.ts'

/** The arrays of a run. */
export interface RunArrays {
  readonly matrices: ReadonlyMap<string, BoundMatrix>
  /** The arrays under the outputs, to be committed in the end. */
  readonly outputs: readonly BigMatrix[]
  /** Closes the stores that were opened for inputs and outputs elsewhere. */
  close(): Promise<void>
}

/**
 * Opens what a manifest names; nothing is made or removed.
 * @param store keeps the run
 * @param open stores that are open already, used for their URLs
 * @throws MatrixNotFoundError
 */
export async function openArrays(
  store: Store,
  manifest: Manifest,
  open: ReadonlyMap<string, Store> = new Map(),
): Promise<RunArrays> {
  const stores = new Map<string, Store>([...open, [store.url, store]])
  const storeAt = (url: string): Store => {
    const known = stores.get(url)
    if (known !== undefined) return known
    const opened = openStore(url)
    stores.set(url, opened)
    return opened
  }
  const matrices = new Map<string, BoundMatrix>()
  const outputs: BigMatrix[] = []
  for (const [name, matrix] of Object.entries(manifest.matrices)) {
    const { role } = matrix
    if (role === 'input') {
      const base = await BigMatrix.open(storeAt(matrix.store), matrix.path)
      matrices.set(name, { role, array: addressed(applyView(base, matrix.view), matrix.axes), absentIsFill: true })
      continue
    }
    const base =
      role === 'output'
        ? BigMatrix.attach(storeAt(matrix.store), matrix.path, matrix.layout, matrix)
        : BigMatrix.attach(store, `${tilesPrefix(manifest.id)}${name}`, matrix.layout)
    if (role === 'output') outputs.push(base)
    matrices.set(name, { role, array: addressed(base, matrix.axes), absentIsFill: matrix.zeros })
  }
  return {
    matrices,
    outputs,
    async close() {
      for (const [url, opened] of stores) if (url !== store.url && !open.has(url)) await opened.close()
    },
  }
}

/** An array as the program addresses it. */
export function addressed(base: TileArray, axes: Axes | undefined): TileArray {
  return axes === undefined ? base : new AxesView(base, axes)
}

/** An input as it is seen through its views. @throws InvalidLayoutError or OutOfBoundsError when a view does not fit */
export function applyView(base: TileArray, view: readonly ViewStep[]): TileArray {
  let array = base
  for (const step of view) {
    switch (step.kind) {
      case 'transposed':
        array = transposed(array)
        break
      case 'column':
        array = column(array)
        break
      case 'symmetric':
        array = symmetric(array, step.stored)
        break
      case 'triangular':
        array = triangular(array, step.half)
        break
      case 'block':
        array = block(array, step.ranges)
        break
      case 'retiled':
        array = retiled(array, step.tile)
    }
  }
  return array
}
