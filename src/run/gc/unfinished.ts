import type { Store } from '../../storage/index.ts'
import { type OutputPlace, readClaim } from '../claims.ts'
import { claimKey } from '../keys.ts'
import { RemovalMark } from './mark.ts'
import { type Removal, TakenUp } from './removal.ts'

/** Tiles of our own unfinished arrays, below `c/`; whatever else may lie there is none of ours. */
const tileName = /^[0-9]+(\/[0-9]+)*$/

/**
 * Removes the tiles of an array that a dead run claimed and never completed, then the claim; of a complete one the claim only.
 * A place that another has claimed meanwhile is left alone.
 * @param runStore keeps the run; a claim counts as its own only when it names run and store
 * @param mayRemove whether the run is still dead
 */
export async function removeUnfinished(
  removal: Removal,
  place: OutputPlace,
  { runId, runStore }: { readonly runId: string; readonly runStore: Store },
  mayRemove: () => Promise<boolean>,
): Promise<void> {
  const { store, path } = place
  const isOurs = async (): Promise<boolean> => {
    const claim = await readClaim(place)
    return claim !== undefined && claim.run === runId && claim.store === runStore.url
  }
  if (!(await isOurs())) return
  const mark = removal.isDry ? undefined : await RemovalMark.put(store, { output: path })
  try {
    if (!(await isOurs())) return
    const folder = path === '' ? '' : `${path}/`
    const metadata = await Promise.all(['zarr.json', '.zarray'].map((name) => store.stat(`${folder}${name}`)))
    if (metadata.every((object) => object === undefined)) {
      const isStill = async (): Promise<boolean> =>
        (await mayRemove()) && ((await mark?.isSure()) !== false || isOurs())
      const tiles = { store, prefix: `${folder}c/` }
      await removal.below({ what: 'unfinished matrix', run: runId }, tiles, isStill, (name) => tileName.test(name))
    }
    if (!removal.isDry && !((await mayRemove()) && (await isOurs()))) throw new TakenUp()
    await removal.one({ what: 'claim', run: runId }, store, claimKey(path))
  } finally {
    await mark?.drop()
  }
}
