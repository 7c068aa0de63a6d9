import type { RunEvent } from './types.ts'

/** When what an event tells of began; epoch ms. */
export function beginningOf(event: RunEvent): number {
  if (event.type === 'task') return event.leasedAt
  return event.type === 'invocation' ? event.requestedAt : event.at
}

/** When it was over, and the event told; epoch ms. */
export function endOf(event: RunEvent): number {
  if (event.type === 'task') return event.completedAt
  return event.type === 'invocation' ? event.endedAt : event.at
}
