import type { Tile } from '../kernels/index.ts'
import type { TileRef } from '../lambdapack/index.ts'
import type { MatrixBinding } from './contract.ts'

/** A tile in memory. Immutable from the moment it is here, so all slots share it. */
export interface CachedTile {
  readonly id: string
  readonly ref: TileRef
  readonly binding: MatrixBinding
  readonly tile: Tile
  /** The buffer is the pool's and nobody else's, so it may be given back or handed on. */
  readonly pooled: boolean
  /** Tasks that hold it. */
  pins: number
  /** `dirty`: it exists here only. */
  state: 'clean' | 'dirty'
  /** A store write of its buffer under way. */
  writing: Promise<void> | undefined
  /** Nobody will read it again: it goes with its last pin. */
  dead: boolean
}
