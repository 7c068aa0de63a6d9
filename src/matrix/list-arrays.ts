import { isNumpywrenError } from '../errors.ts'
import { objectUrl, type Store } from '../storage/index.ts'
import { forEachLimit } from '../util/index.ts'
import { gridOf } from './layout.ts'
import { openMetadata } from './lifecycle.ts'

/** Metadata read at the same time. */
const CONCURRENCY = 8

/** What `ls` shows of one array; `problem` instead of the rest when it cannot be opened. */
export type ListedArray = { readonly path: string; readonly url: string } & (
  | {
      readonly shape: readonly number[]
      readonly tile: readonly number[]
      readonly dtype: string
      readonly tiles: number
      readonly tilesStored: number
      readonly bytesStored: number
    }
  | { readonly problem: string }
)

interface Totals {
  objects: number
  bytes: number
}

/** The arrays at and below a path ('' for the whole store), by path, from one listing. Those of runs (under `.numpywren`) are left out. */
export async function listArrays(
  store: Store,
  path: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ListedArray[]> {
  const arrays = new Map<string, Totals>()
  const folders = new Map<string, Totals>()
  for await (const { key, bytes } of store.list(path === '' ? '' : `${path}/`, { signal })) {
    if (key.split('/').includes('.numpywren')) continue
    const folder = key.slice(0, Math.max(0, key.lastIndexOf('/')))
    if (key === 'zarr.json' || key.endsWith('/zarr.json')) arrays.set(folder, { objects: 0, bytes: 0 })
    else add(folders, folder, bytes)
  }
  for (const [folder, { objects, bytes }] of folders) {
    const totals = arrays.get(ownerOf(folder, arrays) ?? '')
    if (totals) {
      totals.objects += objects
      totals.bytes += bytes
    }
  }
  const listed: ListedArray[] = []
  await forEachLimit(arrays, CONCURRENCY, async ([at, totals]) => {
    const array = await describe(store, at, totals, signal)
    if (array) listed.push(array)
  })
  return listed.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function add(folders: Map<string, Totals>, folder: string, bytes: number): void {
  const totals = folders.get(folder) ?? { objects: 0, bytes: 0 }
  totals.objects++
  totals.bytes += bytes
  folders.set(folder, totals)
}

/** The nearest array that a folder lies in. */
function ownerOf(folder: string, arrays: ReadonlyMap<string, unknown>): string | undefined {
  for (let at = folder; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) if (arrays.has(at)) return at
  return arrays.has('') ? '' : undefined
}

async function describe(
  store: Store,
  path: string,
  { objects, bytes }: Totals,
  signal: AbortSignal | undefined,
): Promise<ListedArray | undefined> {
  const named = { path, url: objectUrl(store.url, path) }
  try {
    const { layout } = await openMetadata(store, path, signal)
    const tiles = gridOf(layout).reduce((product, count) => product * count, 1)
    const { shape, tile, dtype } = layout
    return { ...named, shape, tile, dtype, tiles, tilesStored: objects, bytesStored: bytes }
  } catch (error) {
    if (isNumpywrenError(error, 'MatrixNotFoundError')) return undefined
    if (!isNumpywrenError(error, 'InvalidMetadataError', 'UnsupportedArrayError')) throw error
    return { ...named, problem: error.message }
  }
}
