import { setTimeout as sleep } from 'node:timers/promises'

const LONGEST_MS = 120_000

/** Tries until it works. @throws what it threw last, with what `explain` says about it */
export async function until<T>(attempt: () => Promise<T>, explain: () => Promise<string>): Promise<T> {
  const endsAt = performance.now() + LONGEST_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > endsAt) throw new Error(`it never worked: ${await explain()}`, { cause: error })
      await sleep(100)
    }
  }
}
