import { objectUrl, type Store } from '../../storage/index.ts'

/** Objects removed between two looks at whether they may be. */
const BATCH = 256

/** What was removed, or would be. */
export interface RemovedItem {
  readonly what: 'intermediates' | 'record' | 'unfinished matrix' | 'claim' | 'mark' | 'temporary files'
  /** The run that left it, where that is known. */
  readonly run?: string
  /** Of the object, or of what its objects have in common. */
  readonly url: string
  readonly objects: number
  readonly bytes: number
}

/** Thrown inside of a removal when what is removed turned out to be in use again. */
export class TakenUp extends Error {}

/** Removes objects and counts them; a dry one only counts. */
export class Removal {
  readonly items: RemovedItem[] = []
  readonly #dryRun: boolean
  readonly #signal: AbortSignal | undefined

  constructor(dryRun: boolean, signal: AbortSignal | undefined) {
    this.#dryRun = dryRun
    this.#signal = signal
  }

  /**
   * Removes the objects below a prefix.
   * @param only of these keys, without the prefix
   * @param mayRemove asked right before each batch of deletions
   * @throws TakenUp when it says no; the signal's reason
   */
  async below(
    item: Pick<RemovedItem, 'what' | 'run'>,
    { store, prefix }: { readonly store: Store; readonly prefix: string },
    mayRemove: () => Promise<boolean>,
    only: (name: string) => boolean = () => true,
  ): Promise<void> {
    const signal = this.#signal
    const total = { objects: 0, bytes: 0 }
    const remove = async (batch: readonly { readonly key: string; readonly bytes: number }[]): Promise<void> => {
      if (!this.#dryRun) {
        if (!(await mayRemove())) throw new TakenUp()
        await store.deleteAll(
          batch.map(({ key }) => key),
          { signal },
        )
      }
      total.objects += batch.length
      for (const { bytes } of batch) total.bytes += bytes
    }
    try {
      let batch: { readonly key: string; readonly bytes: number }[] = []
      for await (const object of store.list(prefix, { signal })) {
        signal?.throwIfAborted()
        if (!only(object.key.slice(prefix.length))) continue
        batch.push(object)
        if (batch.length < BATCH) continue
        await remove(batch)
        batch = []
      }
      if (batch.length > 0) await remove(batch)
    } finally {
      this.#note({ ...item, url: objectUrl(store.url, prefix.replace(/\/$/, '')), ...total })
    }
  }

  /** Removes one object, if it is there. */
  async one(item: Pick<RemovedItem, 'what' | 'run'>, store: Store, key: string): Promise<void> {
    const found = await store.stat(key)
    if (found === undefined) return
    if (!this.#dryRun) await store.delete(key)
    const folder = key.slice(0, key.lastIndexOf('/'))
    this.#note({ ...item, url: objectUrl(store.url, folder), objects: 1, bytes: found.bytes })
  }

  /** Counts what somebody else removes. */
  note(item: RemovedItem): void {
    this.#note(item)
  }

  get isDry(): boolean {
    return this.#dryRun
  }

  #note(item: RemovedItem): void {
    if (item.objects === 0) return
    const at = this.items.findIndex(({ what, run, url }) => what === item.what && run === item.run && url === item.url)
    const known = this.items[at]
    if (known === undefined) this.items.push(item)
    else this.items[at] = { ...known, objects: known.objects + item.objects, bytes: known.bytes + item.bytes }
  }
}
