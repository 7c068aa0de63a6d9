import type { DriverRole } from '../../src/scheduler/index.ts'

/** A role in memory, as a coordinator keeps it. */
export function memoryRole(): { holder: string | undefined; readonly of: (owner: string) => DriverRole } {
  const lock: { holder: string | undefined } = { holder: undefined }
  return Object.assign(lock, {
    of: (owner: string): DriverRole => ({
      take: async () => {
        lock.holder ??= owner
        return lock.holder === owner
      },
      keep: async () => lock.holder === owner,
      leave: async () => {
        if (lock.holder === owner) lock.holder = undefined
      },
      holder: async () => lock.holder,
    }),
  })
}
