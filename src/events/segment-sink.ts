import type { EventSink, RunEvent } from './types.ts'

/** However many segments there are, the next is written after so long at most. */
const LONGEST_FLUSH_MS = 15_000

/** Stores a segment under a name such as `000001.jsonl`. @returns false when that name is taken */
export type PutSegment = (name: string, bytes: Uint8Array) => Promise<boolean>

export interface SegmentSinkOptions {
  readonly put: PutSegment
  /** Who writes, where several write into one folder: `worker-7` makes `worker-7-000001.jsonl`. */
  readonly writer?: string
  /** A segment is written this long after its first event. @default 1000 */
  readonly flushMs?: number
  /** Each next segment waits so many times longer, up to 15 s: long runs of many writers leave fewer objects. @default 1 */
  readonly growth?: number
  /** ... or when it holds this many. @default 5000 */
  readonly maxEvents?: number
}

/**
 * Writes events as JSON lines into numbered segments, each written once. A name that is taken (by an earlier start of the
 * run, or by another driver at work on it) is skipped.
 */
export class SegmentSink implements EventSink {
  readonly #put: PutSegment
  readonly #prefix: string
  readonly #growth: number
  #flushMs: number
  readonly #maxEvents: number
  #lines: string[] = []
  #timer: NodeJS.Timeout | undefined
  #next = 1
  #writing: Promise<void> = Promise.resolve()
  #failure: unknown

  constructor({ put, writer, flushMs = 1000, growth = 1, maxEvents = 5000 }: SegmentSinkOptions) {
    this.#put = put
    this.#prefix = writer === undefined ? '' : `${writer}-`
    this.#flushMs = flushMs
    this.#growth = growth
    this.#maxEvents = maxEvents
  }

  emit(event: RunEvent): void {
    this.#lines.push(JSON.stringify(event))
    if (this.#lines.length >= this.#maxEvents) this.#cut()
    else this.#timer ??= setTimeout(() => this.#cut(), this.#flushMs)
  }

  /** Writes what is left. @throws what the first failed write threw: the events of that segment are lost */
  async close(): Promise<void> {
    this.#cut()
    await this.#writing
    if (this.#failure !== undefined) throw this.#failure
  }

  #cut(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#lines.length === 0) return
    const bytes = new TextEncoder().encode(`${this.#lines.join('\n')}\n`)
    this.#lines = []
    this.#flushMs = Math.max(this.#flushMs, Math.min(this.#flushMs * this.#growth, LONGEST_FLUSH_MS))
    this.#writing = this.#writing
      .then(() => this.#write(bytes))
      .catch((error: unknown) => {
        this.#failure ??= error
      })
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (;;) {
      const name = `${this.#prefix}${String(this.#next++).padStart(6, '0')}.jsonl`
      if (await this.#put(name, bytes)) return
    }
  }
}
