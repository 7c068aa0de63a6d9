import { EventFormatError, parseEvents, type RunEvent } from '../events/index.ts'
import type { Store } from '../storage/index.ts'

/** Larger than any segment of ours. */
const MAX_BYTES = 2 ** 28

/** A segment as a listing shows it. */
export interface Segment {
  readonly key: string
  readonly bytes: number
}

/** The events of a stored segment; none when it is gone. @throws EventFormatError when it is damaged, or larger than any of ours */
export async function readEvents(store: Store, { key, bytes: size }: Segment): Promise<readonly RunEvent[]> {
  if (size > MAX_BYTES) {
    throw new EventFormatError(
      `${key}: it has ${size} bytes, and no segment of events has more than ${MAX_BYTES}; delete it to go on without it`,
    )
  }
  const bytes = await store.get(key)
  return bytes === undefined ? [] : parseEvents(new TextDecoder().decode(bytes), key)
}
