import type { CompiledProgram } from '../lambdapack/index.ts'
import { tileId } from '../lambdapack/index.ts'
import type { BoundMatrix } from '../providers/index.ts'
import { MemoryLimitError } from './errors.ts'

/** Tasks of a statement that are looked at: its first ones may have operands that are absent, or one tile twice. */
const looks = 64

export interface MemoryPlan {
  readonly program: CompiledProgram
  readonly matrices: ReadonlyMap<string, BoundMatrix>
  /** Tasks that a worker computes at the same time. */
  readonly slots: number
  /** Budget of a worker for tiles. */
  readonly memoryBytes: number
}

/**
 * Bytes of tiles that a worker must be able to hold: in every slot the operands and results of the largest statement, and what
 * inputs that are read in tiles of another shape keep ({@link heldBytes}).
 * What is left of the budget serves reading ahead, writing behind and the cache.
 */
export function neededBytes({ program, matrices, slots }: Omit<MemoryPlan, 'memoryBytes'>): {
  readonly bytes: number
  readonly statement: string
} {
  const left = new Map(program.statements.map(({ ordinal }) => [ordinal, looks]))
  let bytes = 0
  let statement = ''
  for (const task of program.tasks()) {
    if (left.size === 0) break
    const more = left.get(task.statement)
    if (more === undefined) continue
    if (more > 1) left.set(task.statement, more - 1)
    else left.delete(task.statement)
    const { reads, writes, kernel } = program.detail(task)
    const held = new Map(
      [...reads.filter((read) => !read.absent), ...writes].map((tile) => [tileId(tile), tile.matrix]),
    )
    const claim = [...held.values()].reduce((sum, name) => sum + (matrices.get(name)?.array.tileBytes ?? 0), 0)
    if (claim > bytes) {
      bytes = claim
      statement = kernel
    }
  }
  return { bytes: bytes * slots + heldBytes(matrices), statement }
}

/** Bytes of tiles that views of inputs keep for themselves. */
export function heldBytes(matrices: ReadonlyMap<string, BoundMatrix>): number {
  return [...matrices.values()].reduce((sum, { array }) => sum + array.heldBytes, 0)
}

/** @throws MemoryLimitError with both numbers and what to change, when the plan does not fit */
export function checkMemory(plan: MemoryPlan): void {
  const { slots, memoryBytes } = plan
  const { bytes, statement } = neededBytes(plan)
  if (bytes <= memoryBytes) return
  const each = slots === 1 ? 'one slot' : `${slots} slots`
  throw new MemoryLimitError(
    `the plan needs ${mebibytes(bytes)} for the tiles of ${statement} in ${each}${heldText(plan)}, but a worker may use ${mebibytes(memoryBytes)}: give more memory (--memory), ${slots > 1 ? 'fewer slots (--slots) ' : ''}or use smaller tiles (--tile)`,
    bytes,
    memoryBytes,
  )
}

function heldText({ matrices }: MemoryPlan): string {
  const held = heldBytes(matrices)
  return held === 0
    ? ''
    : ` (${mebibytes(held)} of it to read matrices in tiles of another shape than they are stored in)`
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 1)} MiB`
}
