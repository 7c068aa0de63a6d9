import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 60_000

/** Waits until a condition holds. @throws when it does not for a minute */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > endsAt) throw new Error(`it does not come true in ${PATIENCE_MS} ms: ${holds}`)
    await sleep(5)
  }
}
