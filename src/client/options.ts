/** Settings: what a user may write, and the compiled form with every default filled. */

import { availableParallelism, totalmem } from 'node:os'
import { InputError } from '../errors.ts'
import type { RunOptions } from '../run/index.ts'

/** How runs are carried out; each may be set for a connection and again for one call. */
export interface RunSettings {
  /** Workers. With the local provider they share this process. @default 1 */
  readonly workers?: number | undefined
  /** Tasks computed at the same time by one worker. @default the cores of this machine */
  readonly slots?: number | undefined
  /** Bytes of tiles held in memory by one worker. @default half of this machine's memory, at most 8 GiB */
  readonly memoryBytes?: number | undefined
  /** `full`: every tile is stored before its task counts as done; `outputs`: intermediates stay in memory while it suffices. @default 'outputs' */
  readonly durability?: 'full' | 'outputs' | undefined
  /** Refuse NaN and infinity in the inputs. @default true */
  readonly checkFinite?: boolean | undefined
}

/** A connection: the store of runs and of matrices named without a URL, and settings for its runs. */
export interface ConnectOptions extends RunSettings {
  /** Path or URL. @default the variable NUMPYWREN_STORE, else the current folder */
  readonly store?: string | undefined
  /** Who starts workers. @default 'local' */
  readonly provider?: 'local' | undefined
  /** Who hands out tasks. @default 'embedded' */
  readonly coordinator?: 'embedded' | undefined
  readonly signal?: AbortSignal | undefined
}

/** One call of an algorithm. */
export interface CallOptions extends RunSettings {
  /** Replace outputs that exist. @default false */
  readonly overwrite?: boolean | undefined
  /** @default made of the time, the algorithm and a random suffix */
  readonly runId?: string | undefined
  readonly signal?: AbortSignal | undefined
}

const largestDefaultMemory = 8 * 2 ** 30

/** Later settings win. @throws InputError naming an option, its value and what is allowed */
export function compileSettings(...settings: readonly RunSettings[]): RunOptions {
  const merged: Record<string, unknown> = {}
  for (const each of settings) {
    for (const [name, value] of Object.entries(each)) if (value !== undefined) merged[name] = value
  }
  const {
    workers = 1,
    slots = availableParallelism(),
    memoryBytes = Math.min(totalmem() / 2, largestDefaultMemory),
    durability = 'outputs',
    checkFinite = true,
  } = merged as RunSettings
  requireWhole('workers', workers, 1000)
  requireWhole('slots', slots, 1024)
  if (!(memoryBytes > 0)) throw new InputError(`memoryBytes must be above 0, got ${memoryBytes}`)
  if (durability !== 'full' && durability !== 'outputs') {
    throw new InputError(`durability must be full or outputs, got '${durability}'`)
  }
  return { workers, slots, memoryBytes: Math.floor(memoryBytes), durability, checkFinite }
}

function requireWhole(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return
  throw new InputError(`${name} must be a whole number from 1 to ${most}, got ${value}`)
}
