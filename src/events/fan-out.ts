import type { EventSink, RunEvent } from './types.ts'

/** One sink that passes every event to each of `sinks`, in their order. */
export function fanOut(...sinks: readonly EventSink[]): EventSink {
  return {
    emit(event: RunEvent): void {
      for (const sink of sinks) sink.emit(event)
    },
  }
}
