import { randomUUID } from 'node:crypto'
import { objectUrl, type Store } from '../../storage/index.ts'
import { forEachLimit } from '../../util/index.ts'
import { BigMatrix } from '../big-matrix.ts'
import type { Layout, TileArray } from '../contract.ts'
import { AlreadyExistsError } from '../errors.ts'
import type { TransferOptions } from './options.ts'

const objectsInFlight = 4

/** Fails early when something is at `path` and may not be replaced. @throws AlreadyExistsError */
export async function checkTarget(store: Store, path: string, options: TransferOptions): Promise<void> {
  if (options.overwrite !== true && (await isTaken(store, path, options.signal))) {
    throw new AlreadyExistsError(objectUrl(store.url, path))
  }
}

/**
 * Makes the matrix at `path` from what `write` stores in it. When `write` fails nothing new is left behind, and what was at `path`
 * before is untouched: a replacement is made under a sibling name first, and copied into place object by object when it is complete.
 */
export async function writeTarget(
  store: Store,
  path: string,
  layout: Layout,
  options: TransferOptions,
  write: (array: TileArray) => Promise<void>,
): Promise<BigMatrix> {
  await checkTarget(store, path, options)
  const { signal } = options
  const isReplacement = await isTaken(store, path, signal)
  const place = isReplacement ? siblingOf(path) : path
  const made = await BigMatrix.create(store, place, layout, { deferMetadata: true, signal })
  try {
    await write(made)
    signal?.throwIfAborted()
    if (!isReplacement) {
      await made.commit()
      return made
    }
    const target = await BigMatrix.create(store, path, layout, { overwrite: true, deferMetadata: true })
    await copyTiles(made, target)
    await target.commit()
    await made.abort()
    return target
  } catch (error) {
    await Promise.allSettled([made.abort()]) // the first failure is the one to tell
    throw error
  }
}

/** Copies every stored tile as it is. */
async function copyTiles(from: BigMatrix, to: BigMatrix): Promise<void> {
  await forEachLimit(from.storedTiles(), objectsInFlight, async ({ index }) => {
    const bytes = await from.store.get(from.tileKey(index))
    if (bytes) await to.store.put(to.tileKey(index), bytes)
  })
}

async function isTaken(store: Store, path: string, signal: AbortSignal | undefined): Promise<boolean> {
  const prefix = path === '' ? '' : `${path}/`
  const found = await Promise.all(['zarr.json', '.zarray'].map((name) => store.stat(prefix + name, { signal })))
  return found.some((object) => object !== undefined)
}

const siblingOf = (path: string): string => `${path === '' ? 'matrix' : path}.replacement-${randomUUID().slice(0, 8)}`
