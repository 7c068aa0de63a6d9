import type { Store } from '../../storage/index.ts'

/** Tiles at a path that is no matrix. */
export interface UnclaimedTiles {
  readonly path: string
  readonly bytes: number
}

/**
 * Places that hold tiles, but neither metadata nor, as far as `isClaimed` knows, a run that is to complete them: an import or
 * generate that was killed, or is at work. Nothing in the store tells which.
 */
export async function unclaimedTiles(
  store: Store,
  {
    isClaimed,
    signal,
  }: { readonly isClaimed: (path: string) => Promise<boolean>; readonly signal?: AbortSignal | undefined },
): Promise<UnclaimedTiles[]> {
  const bytesByPath = new Map<string, number>()
  const matrices = new Set<string>()
  for await (const { key, bytes } of store.list('', { signal })) {
    if (key.startsWith('.numpywren/')) continue
    const [, metadata] = /^(?:(.*)\/)?(?:zarr\.json|\.zarray)$/.exec(key) ?? []
    if (metadata !== undefined || key === 'zarr.json' || key === '.zarray') matrices.add(metadata ?? '')
    const tile = /^(?:(.*)\/)?c\/\d+(?:\/\d+)*$/.exec(key)
    if (tile !== null) bytesByPath.set(tile[1] ?? '', (bytesByPath.get(tile[1] ?? '') ?? 0) + bytes)
  }
  const found: UnclaimedTiles[] = []
  for (const [path, bytes] of bytesByPath) {
    if (!matrices.has(path) && !(await isClaimed(path))) found.push({ path, bytes })
  }
  return found
}
