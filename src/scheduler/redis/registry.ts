import { z } from 'zod'
import type { RedisConnection } from './connection.ts'
import type { OpenRun, RunRegistry } from './contract.ts'
import { epochKeys, registryKey, runTag } from './keys.ts'
import { parseRecord } from './reply.ts'

/** A run without an epoch for so long is forgotten. */
const FORGET_MS = 24 * 3600_000

const runSchema = z.object({ storeUrl: z.string(), runId: z.string(), at: z.number() })

/** The list of open runs that is kept in this Redis. */
export function createRunRegistry(connection: RedisConnection): RunRegistry {
  const forget = (tag: string): Promise<unknown> => connection.call((client) => client.hdel(registryKey, tag))

  const isOpen = async (run: OpenRun): Promise<boolean> => {
    if (Date.now() - run.at < FORGET_MS) return true
    const [state = ''] = epochKeys(run)
    return (await connection.call((client) => client.exists(state))) === 1
  }

  return {
    async add({ storeUrl, runId }) {
      const record: OpenRun = { storeUrl, runId, at: Date.now() }
      await connection.call((client) => client.hset(registryKey, runTag(record), JSON.stringify(record)))
    },
    async remove(run) {
      await forget(runTag(run))
    },
    async list(storeUrl) {
      const records = await connection.call((client) => client.hgetall(registryKey))
      const runs: OpenRun[] = []
      for (const [tag, text] of Object.entries(records)) {
        const run = parseRecord(runSchema, text, `the entry ${tag} of open runs`)
        if (storeUrl !== undefined && run.storeUrl !== storeUrl) continue
        if (await isOpen(run)) runs.push(run)
        else await forget(tag)
      }
      return runs.sort((a, b) => a.at - b.at)
    },
  }
}
