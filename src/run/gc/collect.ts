import { FsStore, objectUrl, openStore, type Store } from '../../storage/index.ts'
import { readClaim } from '../claims.ts'
import {
  CLAIMS_PREFIX,
  cancelKey,
  claimKey,
  MARKS_PREFIX,
  plansPrefix,
  RUNS_PREFIX,
  tilesPrefix,
  workPrefix,
} from '../keys.ts'
import { isAbandoned, RemovalMark } from './mark.ts'
import { Removal, type RemovedItem, TakenUp } from './removal.ts'
import { unclaimedTiles } from './unclaimed.ts'
import { removeUnfinished } from './unfinished.ts'
import { type Family, judge, lookAt, type Member } from './verdict.ts'

/** Data of runs that could be resumed are kept for a week after their last sign of life, unless said otherwise. */
const DEFAULT_OLDER_THAN_MS = 7 * 24 * 60 * 60 * 1000

export interface CollectOptions {
  /** Runs that could be resumed keep their data when they gave a sign of life within this time. @default 7 days */
  readonly olderThanMs?: number | undefined
  /** Remove also the records (manifest, state, events, small results) of ended runs that are older. @default false */
  readonly records?: boolean | undefined
  /** Say what would be removed, and remove nothing. @default false */
  readonly dryRun?: boolean | undefined
  /** Stores that are open already; others are opened for outputs that lie elsewhere. */
  readonly storeAt?: ((url: string) => Store) | undefined
  readonly signal?: AbortSignal | undefined
}

/** What was left alone, and why. */
export interface KeptItem {
  readonly run?: string
  readonly url: string
  readonly reason: string
  /** Intermediates or tiles that it holds. */
  readonly bytes: number
}

export interface Collected {
  readonly store: string
  readonly dryRun: boolean
  readonly removed: readonly RemovedItem[]
  readonly kept: readonly KeptItem[]
  /** Sums of what was removed. */
  readonly objects: number
  readonly bytes: number
}

/**
 * Removes from a store what dead runs left: intermediates, unfinished outputs with their claims, temporary files. Matrices that are
 * complete are never touched, nor is a run that is at work; one that could be resumed only when it is older than the limit.
 * @throws StoreError
 */
export function collectGarbage(store: Store, options: CollectOptions = {}): Promise<Collected> {
  return new Collection(store, options).collect()
}

/** One removal of left-overs from one store. */
class Collection {
  readonly #store: Store
  readonly #options: CollectOptions
  readonly #removal: Removal
  readonly #kept: KeptItem[] = []

  constructor(store: Store, options: CollectOptions) {
    const { dryRun = false, signal } = options
    // Not even the unfinished files that every listing clears away are touched by a dry one.
    this.#store = dryRun && store instanceof FsStore ? new FsStore(store.root, { clears: false }) : store
    this.#options = options
    this.#removal = new Removal(dryRun, signal)
  }

  async collect(): Promise<Collected> {
    await this.#temporaryFiles()
    const runs = await this.#runs()
    for (const family of families(runs)) await this.#family(family, runs)
    await this.#claimsOfNobody()
    await this.#abandonedMarks()
    await this.#tilesOfNobody()
    const { items } = this.#removal
    const sum = (field: 'objects' | 'bytes'): number => items.reduce((total, item) => total + item[field], 0)
    return {
      store: this.#store.url,
      dryRun: this.#removal.isDry,
      removed: items,
      kept: this.#kept,
      objects: sum('objects'),
      bytes: sum('bytes'),
    }
  }

  /** Every run of which anything is left. */
  async #runs(): Promise<Map<string, RunTraces>> {
    const runs = new Map<string, RunTraces>()
    for await (const { key, bytes } of this.#store.list(RUNS_PREFIX, { signal: this.#options.signal })) {
      const [id = '', name = ''] = key.slice(RUNS_PREFIX.length).split('/')
      const found = runs.get(id) ?? { isProcedure: false, dataBytes: 0 }
      if (name === 'procedure.json') found.isProcedure = true
      if (name === 'tiles' || name === 'work') found.dataBytes += bytes
      runs.set(id, found)
    }
    return runs
  }

  async #family(ids: readonly [string, ...string[]], runs: ReadonlyMap<string, RunTraces>): Promise<void> {
    const [whole] = ids
    const { family: found, verdict: first } = await this.#judge(ids)
    const bytes = ids.reduce((sum, id) => sum + (runs.get(id)?.dataBytes ?? 0), 0)
    if (first.fate === 'keep') {
      if (first.isBroken || bytes > 0 || (await this.#claimsAny(found))) this.#keep(first.reason, { run: whole, bytes })
      return
    }
    const mark = this.#removal.isDry ? undefined : await RemovalMark.put(this.#store, { run: whole })
    const mayRemove = async (): Promise<boolean> =>
      (await mark?.isSure()) !== false || (await this.#judge(ids)).verdict.fate === 'clean'
    try {
      // Looked at again under the mark: who goes on with the run now sees the mark.
      const { family, verdict } = await this.#judge(ids)
      if (verdict.fate === 'keep') throw new TakenUp()
      for (const member of family) await this.#data(member, mayRemove)
      if (verdict.record) for (const { id } of [...family].reverse()) await this.#record(id, mayRemove)
    } catch (error) {
      if (!(error instanceof TakenUp)) throw error
      this.#keep('somebody has gone on with it meanwhile', { run: whole, bytes })
    } finally {
      await mark?.drop()
    }
  }

  async #judge(ids: readonly [string, ...string[]]) {
    const [whole, ...stages] = ids
    const family: Family = [
      await lookAt(this.#store, whole),
      ...(await Promise.all(stages.map((id) => lookAt(this.#store, id)))),
    ]
    const { olderThanMs = DEFAULT_OLDER_THAN_MS, records = false } = this.#options
    return { family, verdict: judge(family, { storeUrl: this.#store.url, now: Date.now(), olderThanMs, records }) }
  }

  async #claimsAny(family: Family): Promise<boolean> {
    for (const { id, manifest } of family) {
      for (const matrix of Object.values(manifest?.matrices ?? {})) {
        if (matrix.role !== 'output') continue
        const claim = await readClaim({ store: this.#storeAt(matrix.store), path: matrix.path })
        if (claim?.run === id && claim.store === this.#store.url) return true
      }
    }
    return false
  }

  /** What a run needs only to go on from where it was; without it, it could still be computed anew. */
  async #data({ id, manifest }: Member, mayRemove: () => Promise<boolean>): Promise<void> {
    for (const matrix of Object.values(manifest?.matrices ?? {})) {
      if (matrix.role !== 'output') continue
      const place = { store: this.#storeAt(matrix.store), path: matrix.path }
      await removeUnfinished(this.#removal, place, { runId: id, runStore: this.#store }, mayRemove)
    }
    for (const prefix of [tilesPrefix(id), workPrefix(id), plansPrefix(id)]) {
      await this.#removal.below({ what: 'intermediates', run: id }, { store: this.#store, prefix }, mayRemove)
    }
    if (await mayRemove()) await this.#removal.one({ what: 'mark', run: id }, this.#store, cancelKey(id))
  }

  /** The rest of a run; what makes it a run goes last, so that a removal cut off is found again. */
  async #record(id: string, mayRemove: () => Promise<boolean>): Promise<void> {
    const prefix = `${RUNS_PREFIX}${id}/`
    const item = { what: 'record', run: id } as const
    const isRecord = (name: string): boolean => name === 'manifest.json' || name === 'procedure.json'
    const isOther = (name: string): boolean =>
      !isRecord(name) && !/^(tiles|work|plans)\//.test(name) && name !== 'cancel'
    await this.#removal.below(item, { store: this.#store, prefix }, mayRemove, isOther)
    await this.#removal.below(item, { store: this.#store, prefix }, mayRemove, isRecord)
  }

  /** Claims of runs of which there is no record any more, with the tiles they stand for. */
  async #claimsOfNobody(): Promise<void> {
    for await (const { key } of this.#store.list(CLAIMS_PREFIX, { signal: this.#options.signal })) {
      const url = objectUrl(this.#store.url, key)
      const path = pathOf(key)
      const claim = path === undefined ? undefined : await readClaim({ store: this.#store, path })
      if (path === undefined || claim === undefined) {
        if ((await this.#store.stat(key)) !== undefined)
          this.#keep('it cannot be read: remove it by hand when nothing writes to the place it names', { url })
        continue
      }
      if (claim.store !== this.#store.url) {
        this.#keep(`the run is kept in ${claim.store}: collect there`, { run: claim.run, url })
        continue
      }
      const isGone = async (): Promise<boolean> => {
        const { hasRecord, problem } = await lookAt(this.#store, claim.run)
        return !hasRecord && problem === undefined
      }
      if (!(await isGone())) continue
      const owner = { runId: claim.run, runStore: this.#store }
      try {
        await removeUnfinished(this.#removal, { store: this.#store, path }, owner, isGone)
      } catch (error) {
        if (!(error instanceof TakenUp)) throw error
        this.#keep('somebody has taken the place meanwhile', { run: claim.run, url })
      }
    }
  }

  /** Tiles that are no run's are told of and left: their writer may be at work. */
  async #tilesOfNobody(): Promise<void> {
    const isClaimed = async (path: string): Promise<boolean> => (await this.#store.stat(claimKey(path))) !== undefined
    const { signal } = this.#options
    for (const { path, bytes } of await unclaimedTiles(this.#store, { isClaimed, signal })) {
      const reason =
        'these tiles are no matrix, and no run claims them: an import or generate is at work or was killed; the same command again clears them away, or else remove them by hand'
      this.#keep(reason, { url: objectUrl(this.#store.url, path), bytes })
    }
  }

  /** Those of removals that were killed. */
  async #abandonedMarks(): Promise<void> {
    for await (const { key } of this.#store.list(MARKS_PREFIX)) {
      if (await isAbandoned(this.#store, key)) await this.#removal.one({ what: 'mark' }, this.#store, key)
    }
  }

  /** Unfinished files of dead writers; other stores have none, for a put there is one request or nothing. */
  async #temporaryFiles(): Promise<void> {
    if (!(this.#store instanceof FsStore)) return
    const { objects, bytes } = await this.#store.removeAbandoned({ dryRun: this.#removal.isDry })
    this.#removal.note({ what: 'temporary files', url: this.#store.url, objects, bytes })
  }

  #storeAt(url: string): Store {
    if (url === this.#store.url) return this.#store
    return (this.#options.storeAt ?? openStore)(url)
  }

  #keep(reason: string, { run, url, bytes = 0 }: { run?: string; url?: string; bytes?: number }): void {
    const where = url ?? objectUrl(this.#store.url, `${RUNS_PREFIX}${run ?? ''}`)
    this.#kept.push({ ...(run === undefined ? {} : { run }), url: where, reason, bytes })
  }
}

/** What a listing tells of a run. */
interface RunTraces {
  isProcedure: boolean
  dataBytes: number
}

/** Procedures with their stages (`ID.stage`), and runs by themselves. */
function* families(runs: ReadonlyMap<string, Readonly<RunTraces>>): Generator<[string, ...string[]]> {
  const stages = new Map<string, string[]>()
  for (const id of [...runs.keys()].sort()) {
    const whole = procedureOf(id, runs)
    if (whole === undefined) stages.set(id, stages.get(id) ?? [])
    else stages.set(whole, [...(stages.get(whole) ?? []), id])
  }
  for (const [whole, others] of stages) yield [whole, ...others]
}

/** The procedure whose stage a run is. */
function procedureOf(id: string, runs: ReadonlyMap<string, Readonly<RunTraces>>): string | undefined {
  for (let at = id.indexOf('.'); at >= 0; at = id.indexOf('.', at + 1)) {
    const whole = id.slice(0, at)
    if (runs.get(whole)?.isProcedure) return whole
  }
  return undefined
}

function pathOf(key: string): string | undefined {
  try {
    return decodeURIComponent(key.slice(CLAIMS_PREFIX.length).replace(/\.json$/, ''))
  } catch {
    return undefined
  }
}
