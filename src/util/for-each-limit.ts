/**
 * Calls `work` for every item, at most `limit` at a time, in order of the items.
 * The first failure stops the taking of new items; it is thrown when the calls under way have ended, so nothing runs on behind the caller's back.
 */
export async function forEachLimit<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  try {
    for await (const item of items) {
      if (failures.length > 0) break
      const call: Promise<void> = work(item)
        .catch((error: unknown) => {
          failures.push(error)
        })
        .finally(() => running.delete(call))
      running.add(call)
      if (running.size >= limit) await Promise.race(running)
    }
  } finally {
    await Promise.all(running)
  }
  if (failures.length > 0) throw failures[0]
}
