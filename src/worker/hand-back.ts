import { tileId } from '../lambdapack/index.ts'
import type { WorkerOptions } from './contract.ts'
import { LeaseLostError } from './errors.ts'
import { type Grant, isAlive } from './grant.ts'
import type { WorkerMemory } from './worker-memory.ts'

/** Gives tasks back unworked, with what the next holder needs for them. What is lost anyway is left alone. @throws what the coordinator throws */
export async function handBack(
  grants: readonly Grant[],
  { options, memory }: { readonly options: WorkerOptions; readonly memory: WorkerMemory },
): Promise<void> {
  const held = grants.filter(isAlive)
  if (held.length === 0) return
  await Promise.all(held.map((grant) => storeOperands(grant, { options, memory })))
  await options.coordinator.release(
    options.id,
    held.map(({ lease }) => lease),
  )
}

/**
 * Stores the operands of a task that are in this memory only, before another worker may have to read them. Where that fails
 * the task is given up all the same: its next holder reports the tile as lost, and the run plans again.
 */
export async function storeOperands(
  grant: Grant,
  { options, memory }: { readonly options: WorkerOptions; readonly memory: WorkerMemory },
): Promise<void> {
  if (options.sharesMemory ?? true) return
  const mayStill = async (): Promise<void> => {
    if (!isAlive(grant)) throw new LeaseLostError(grant.lease.id)
  }
  const { reads } = options.program.detail(grant.lease.task)
  await Promise.allSettled(reads.map((read) => memory.cache.writes.storeIfDirty(tileId(read), mayStill)))
}
