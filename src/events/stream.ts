import type { EventSink, RunEvent } from './types.ts'

/**
 * A sink that can be iterated: each loop gets the latest `run-started` and the events that arrive after it began, and
 * ends with {@link close}.
 * A loop that is slow keeps its backlog in memory; without a loop nothing is kept.
 */
export class EventStream implements EventSink {
  readonly #readers = new Set<Reader>()
  #closed = false
  #started: RunEvent | undefined

  emit(event: RunEvent): void {
    if (event.type === 'run-started') this.#started = event
    for (const reader of this.#readers) reader.push(event)
  }

  /** Ends every loop after the events it has not yet seen. */
  close(): void {
    this.#closed = true
    for (const reader of this.#readers) reader.wake()
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent, undefined> {
    const reader = new Reader()
    if (this.#started !== undefined) reader.push(this.#started)
    this.#readers.add(reader)
    const finish = (): IteratorResult<RunEvent, undefined> => {
      this.#readers.delete(reader)
      return { done: true, value: undefined }
    }
    return {
      next: async () => {
        for (;;) {
          const value = reader.take()
          if (value !== undefined) return { done: false, value }
          if (this.#closed) return finish()
          await reader.arrival()
        }
      },
      return: async () => finish(),
    }
  }
}

/** One loop's backlog. */
class Reader {
  #backlog: RunEvent[] = []
  #at = 0
  #wake: (() => void) | undefined

  push(event: RunEvent): void {
    this.#backlog.push(event)
    this.wake()
  }

  take(): RunEvent | undefined {
    const event = this.#backlog[this.#at++]
    if (event !== undefined) return event
    this.#backlog = []
    this.#at = 0
    return undefined
  }

  arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  wake(): void {
    this.#wake?.()
    this.#wake = undefined
  }
}
