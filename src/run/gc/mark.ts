/**
 * How the removal of what a dead run left, and a run that begins or goes on, keep out of each other's way in a store that knows no
 * locks. Each announces itself before it looks for the other: the removal puts a mark and then reads the run's state (or a place's
 * claim); the run writes its state (or claim) and then lists the marks. Stores are consistent, so at least one sees the other and
 * lets go. Every removal has marks of its own, so that none takes away another's.
 */

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { z } from 'zod'
import { isNumpywrenError } from '../../errors.ts'
import { objectUrl, type Store } from '../../storage/index.ts'
import { repeat } from '../../util/index.ts'
import { RemovalUnderWayError } from '../errors.ts'
import { marksPrefix } from '../keys.ts'
import { type RecordKind, readRecord } from '../records.ts'
import { isProcessAlive } from '../state.ts'
import { isOfThisMachine } from './liveness.ts'

/** A removal says this often that it lives. */
const REFRESH_MS = 5000
/** A removal that could not say so for this long looks at the run's state again before it removes anything more. */
const DOUBT_MS = 15_000
/** Nobody minds a mark that is older; well above {@link DOUBT_MS}, for clocks of machines differ. */
const ABANDONED_MS = 120_000

interface Sign {
  /** Epoch milliseconds. */
  readonly at: number
  readonly pid: number
  readonly host: string
}

const kind: RecordKind<Sign> = {
  what: 'mark',
  schema: z.object({ at: z.number(), pid: z.int().positive(), host: z.string() }),
  advice: 'remove it',
}

/** What is being removed: the data of a run kept in this store, or an unfinished array in it. */
export type MarkedThing = { readonly run: string } | { readonly output: string }

/** The sign of one removal under way. */
export class RemovalMark {
  readonly #store: Store
  readonly #key: string
  readonly #isOver = new AbortController()
  #refreshing: Promise<void> = Promise.resolve()
  #refreshedAt = 0

  private constructor(store: Store, thing: MarkedThing) {
    this.#store = store
    this.#key = `${marksPrefix(thing)}${randomUUID()}.json`
  }

  static async put(store: Store, thing: MarkedThing): Promise<RemovalMark> {
    const mark = new RemovalMark(store, thing)
    await mark.#refresh()
    mark.#refreshing = repeat(REFRESH_MS, mark.#isOver.signal, () => mark.#refresh())
    return mark
  }

  /** @returns false when the mark may have been taken for abandoned (it is fresh again): whoever removes must look again */
  async isSure(): Promise<boolean> {
    if (performance.now() - this.#refreshedAt < DOUBT_MS) return true
    await this.#refresh()
    return false
  }

  async drop(): Promise<void> {
    this.#isOver.abort()
    await this.#refreshing
    await this.#store.delete(this.#key)
  }

  async #refresh(): Promise<void> {
    const before = performance.now()
    const sign: Sign = { at: Date.now(), pid: process.pid, host: hostname() }
    await this.#store.put(this.#key, new TextEncoder().encode(`${JSON.stringify(sign)}\n`))
    this.#refreshedAt = before
  }
}

/** For those who have announced that they go on with a run, or write to a place. @throws RemovalUnderWayError */
export async function expectUnmarked(store: Store, thing: MarkedThing): Promise<void> {
  for await (const { key } of store.list(marksPrefix(thing))) {
    if (!(await isAbandoned(store, key))) {
      const what = 'run' in thing ? `run ${thing.run}` : objectUrl(store.url, thing.output)
      throw new RemovalUnderWayError(what, store.url)
    }
  }
}

/** Whether the removal that put a mark has died. */
export async function isAbandoned(store: Store, key: string): Promise<boolean> {
  const found = await readMark(store, key)
  if (found === undefined) return true
  const { at, pid, host } = found
  const isGone = isOfThisMachine(store.url) && host === hostname() && !isProcessAlive(pid)
  return isGone || Math.abs(Date.now() - at) > ABANDONED_MS
}

/** `undefined` when there is none, or none that is ours. */
async function readMark(store: Store, key: string): Promise<Sign | undefined> {
  try {
    return await readRecord(store, key, kind)
  } catch (error) {
    if (isNumpywrenError(error, 'ManifestError')) return undefined
    throw error
  }
}
