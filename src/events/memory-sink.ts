import type { EventSink, RunEvent } from './types.ts'

/** Keeps every event, in order of arrival. */
export class MemorySink implements EventSink {
  readonly events: RunEvent[] = []

  emit(event: RunEvent): void {
    this.events.push(event)
  }
}
