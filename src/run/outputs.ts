import { isNumpywrenError } from '../errors.ts'
import { BigMatrix } from '../matrix/index.ts'
import { deleteBelow, type Store } from '../storage/index.ts'
import type { RunArrays } from './bindings.ts'
import { claimOutput, holdsOutput, releaseOutput } from './claims.ts'
import { OutputTakenError } from './errors.ts'
import { tilesPrefix } from './keys.ts'

/** Takes the places of a fresh run's outputs and clears them. @throws AlreadyExistsError, OutputTakenError unless `overwrite` */
export async function createOutputs(
  arrays: RunArrays,
  place: { readonly runId: string; readonly runStore: Store; readonly overwrite: boolean },
): Promise<void> {
  const claimed: BigMatrix[] = []
  try {
    for (const output of arrays.outputs) {
      await claimOutput(output, place)
      claimed.push(output)
      const { layout, fillValue, attributes, store, path } = output
      const { overwrite } = place
      await BigMatrix.create(store, path, layout, { fillValue, attributes, overwrite, deferMetadata: true })
    }
  } catch (error) {
    for (const output of claimed) await releaseOutput(output, place.runId)
    throw error
  }
}

/** Takes the places of a resumed run's outputs again, as they are. @throws OutputTakenError when they belong to another by now */
export async function reclaimOutputs(
  arrays: RunArrays,
  place: { readonly runId: string; readonly runStore: Store },
): Promise<void> {
  for (const output of arrays.outputs) {
    await isPublished(output, place.runId)
    await claimOutput(output, { ...place, overwrite: false })
  }
}

/**
 * Makes matrices of the complete outputs and drops what only served to compute them.
 * @throws OutputTakenError when a place belongs to another by now
 */
export async function finishOutputs(store: Store, arrays: RunArrays, runId: string): Promise<void> {
  for (const output of arrays.outputs) {
    // Another driver of this run, or this run before it was repaired, may have written the same metadata.
    if (await isPublished(output, runId)) continue
    if (!(await holdsOutput(output, runId))) throw takenFrom(output, runId)
    try {
      await output.commit()
    } catch (error) {
      if (!isNumpywrenError(error, 'AlreadyExistsError')) throw error
      await isPublished(output, runId)
    }
  }
  await deleteBelow(store, tilesPrefix(runId))
  await releaseOutputs(arrays, runId)
}

/** Removes everything a run has made, when going on cannot help. */
export async function discardOutputs(store: Store, arrays: RunArrays, runId: string): Promise<void> {
  for (const output of arrays.outputs)
    if ((await holdsOutput(output, runId)) && (await published(output)) === undefined) await output.abort()
  await deleteBelow(store, tilesPrefix(runId))
  await releaseOutputs(arrays, runId)
}

async function releaseOutputs(arrays: RunArrays, runId: string): Promise<void> {
  for (const output of arrays.outputs) await releaseOutput(output, runId)
}

/** Whether this run's output is a matrix. @throws OutputTakenError when another matrix is in its place */
async function isPublished(output: BigMatrix, runId: string): Promise<boolean> {
  const found = await published(output)
  if (found !== undefined && found.attributes.run !== runId) throw takenFrom(output, runId)
  return found !== undefined
}

function takenFrom({ url }: BigMatrix, runId: string): OutputTakenError {
  return new OutputTakenError(
    `${url} is no longer the output of run ${runId}: another matrix or run has taken its place; start a new run`,
  )
}

async function published({ store, path }: BigMatrix): Promise<BigMatrix | undefined> {
  try {
    return await BigMatrix.open(store, path)
  } catch (error) {
    if (isNumpywrenError(error, 'MatrixNotFoundError')) return undefined
    throw error
  }
}
