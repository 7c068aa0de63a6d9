import type { RedisConnection } from './connection.ts'
import type { DriverRole, RunName } from './contract.ts'
import { driverKey } from './keys.ts'

/**
 * The driver's role of a run, for one process.
 * @param options.owner names the process, such as host:pid:random
 * @param options.ttlMs how long the role lasts when it is not kept. @default 5000
 */
export function createDriverRole(
  options: RunName & { readonly connection: RedisConnection; readonly owner: string; readonly ttlMs?: number },
): DriverRole {
  const { connection, owner, ttlMs = 5000 } = options
  const key = driverKey(options)
  const ask = async (action: 'take' | 'keep' | 'leave'): Promise<boolean> =>
    (await connection.call((client) => client.npwRole(key, action, owner, ttlMs))) === 1
  return {
    take: () => ask('take'),
    keep: () => ask('keep'),
    leave: async () => void (await ask('leave')),
    holder: async () => (await connection.call((client) => client.get(key))) ?? undefined,
  }
}
