import { InputError } from '../errors.ts'
import type { EventSink } from '../events/index.ts'
import { Admission } from './admission.ts'
import { BufferPool } from './buffer-pool.ts'
import { TileCache } from './tile-cache.ts'
import { TileIo } from './tile-io.ts'

/**
 * The tiles of one run in one process and their budget. Workers that share it find each other's tiles, which they must
 * where intermediates are not stored (`outputs`).
 */
export interface WorkerMemory {
  readonly memoryBytes: number
  readonly pool: BufferPool
  readonly io: TileIo
  readonly cache: TileCache
  readonly admission: Admission
}

/** @param options.memoryBytes budget for all workers that share it. @throws InputError when it is not more than 0 */
export function createWorkerMemory(options: {
  readonly memoryBytes: number
  readonly events: EventSink
  /** @default true */
  readonly checkFinite?: boolean | undefined
}): WorkerMemory {
  const { memoryBytes, events, checkFinite = true } = options
  if (!(memoryBytes > 0)) throw new InputError(`memoryBytes must be more than 0, not ${memoryBytes}`)
  const pool = new BufferPool(memoryBytes)
  const io = new TileIo({ events, checkFinite })
  return { memoryBytes, pool, io, cache: new TileCache({ pool, io, events }), admission: new Admission(memoryBytes) }
}
