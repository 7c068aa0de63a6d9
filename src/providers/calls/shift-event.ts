import type { RunEvent } from '../../events/index.ts'

/** An event of a function as it happened by the caller's clock. */
export function shiftEvent(event: RunEvent, ms: number): RunEvent {
  if (ms === 0) return event
  switch (event.type) {
    case 'task':
      return {
        ...event,
        leasedAt: event.leasedAt + ms,
        readAt: event.readAt + ms,
        computeAt: event.computeAt + ms,
        computedAt: event.computedAt + ms,
        writtenAt: event.writtenAt + ms,
        completedAt: event.completedAt + ms,
      }
    case 'invocation':
      return event
    default:
      return { ...event, at: event.at + ms }
  }
}
