import { type Task, type TileRef, taskId, tileId } from '../../lambdapack/index.ts'
import type { TaskEntry, TaskTable } from './task-table.ts'

/** What becomes of the tiles of a task that are in its worker's memory only. */
export interface UnstoredPlan {
  /** Tiles that others may look for. */
  readonly publish: readonly TileRef[]
  /** Ids of the tasks that read the other tiles: the worker must do them all. */
  readonly readers: ReadonlySet<string>
}

/** Decides tile by tile, in order: see `CompleteResult.publish`. Changes nothing. */
export function planUnstored(
  table: TaskTable,
  entry: TaskEntry,
  { unstored, take }: { readonly unstored: readonly TileRef[]; readonly take: number },
): UnstoredPlan {
  if (unstored.length === 0) return { publish: [], readers: new Set() }
  const intermediates = new Set(table.program.matrices.filter(({ role }) => role === 'intermediate').map((m) => m.name))
  const written = new Set(table.detail(entry).writes.map(tileId))
  const readers = new Set<string>()
  const publish: TileRef[] = []
  const becomesReady = (task: Task): boolean => table.waitsForOne(task)
  for (const tile of unstored) {
    const pending = table.pendingReaders(tile)
    const more = pending.map(taskId).filter((id) => !readers.has(id))
    const mayStay =
      intermediates.has(tile.matrix) &&
      written.has(tileId(tile)) &&
      pending.every(becomesReady) &&
      readers.size + more.length <= take
    if (mayStay) for (const id of more) readers.add(id)
    else publish.push(tile)
  }
  return { publish, readers }
}
