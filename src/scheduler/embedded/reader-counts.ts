import { type MatrixInfo, type TaskDetail, type TileRef, tileId } from '../../lambdapack/index.ts'

/** How many tasks are still to read each tile that is no output, counted from the first time it is touched until nobody reads it. */
export class ReaderCounts {
  readonly #roles: ReadonlyMap<string, MatrixInfo['role']>
  readonly #pendingReaders: (tile: TileRef) => number
  readonly #left = new Map<string, number>()

  /** @param pendingReaders counts the tasks not done yet that read a tile */
  constructor(matrices: readonly MatrixInfo[], pendingReaders: (tile: TileRef) => number) {
    this.#roles = new Map(matrices.map(({ name, role }) => [name, role]))
    this.#pendingReaders = pendingReaders
  }

  /** Notes a tile that was written just now. @returns true when it is an intermediate that nobody will read */
  written(tile: TileRef, readers: number): boolean {
    if (this.#roles.get(tile.matrix) !== 'intermediate') return false
    if (readers > 0) this.#left.set(tileId(tile), readers)
    return readers === 0
  }

  /** Notes that a task, done by now, has read its operands. @returns the intermediate tiles that nobody reads any more */
  read(detail: TaskDetail): TileRef[] {
    const dead: TileRef[] = []
    const seen = new Set<string>()
    for (const read of detail.reads) {
      const role = this.#roles.get(read.matrix)
      if (read.absent || role === 'output') continue
      const id = tileId(read)
      if (seen.has(id)) continue
      seen.add(id)
      const known = this.#left.get(id)
      const left = known === undefined ? this.#pendingReaders(read) : known - 1
      if (left > 0) this.#left.set(id, left)
      else {
        this.#left.delete(id)
        if (role === 'intermediate') dead.push({ matrix: read.matrix, index: read.index })
      }
    }
    return dead
  }

  /** Operand positions whose tile this task reads once and nobody reads after it; outputs are kept for those who come later. */
  soleReads({ reads }: TaskDetail): readonly number[] {
    const ids = reads.map((read) => (read.absent || this.#roles.get(read.matrix) === 'output' ? '' : tileId(read)))
    const positions: number[] = []
    for (const [position, id] of ids.entries()) {
      if (id === '' || ids.indexOf(id) !== ids.lastIndexOf(id)) continue
      if (this.#readersLeft(id, reads[position]!) === 1) positions.push(position)
    }
    return positions
  }

  #readersLeft(id: string, tile: TileRef): number {
    const known = this.#left.get(id)
    if (known !== undefined) return known
    const readers = this.#pendingReaders(tile)
    this.#left.set(id, readers)
    return readers
  }
}
