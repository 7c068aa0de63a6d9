import type { Dtype, Tile } from './tile.ts'

/** What a tile looks like: rows and columns in elements, and their type. */
export interface Extent {
  readonly rows: number
  readonly cols: number
  /** Operands of `shape` and `flops` carry theirs. @default of a result: that of the first operand that is there */
  readonly dtype?: Dtype | undefined
}

/** Numbers and strings that a program hands to a kernel: positional scalars in order, then keywords. */
export interface KernelScalars {
  readonly positional: readonly number[]
  readonly keywords: Readonly<Record<string, number>>
}

/** What a kernel may count on while it runs. */
export interface KernelContext {
  readonly scalars: KernelScalars
  /**
   * `donated[i]` is true when operand i has no other reader and its buffer may be overwritten and returned
   * (so SSA costs no copy). A kernel that cannot use it ignores it.
   */
  readonly donated: readonly boolean[]
  /**
   * A zeroed (`zero`) or uninitialised tile of this extent from the worker's pool, with ld at least its rows.
   * Of the extent's dtype if it says one, else of that of `like`.
   */
  allocate(extent: Extent, like: Tile, zero?: boolean): Tile
}

/** How many tile operands a kernel takes and how many tiles it gives. */
export interface KernelSignature {
  /** Primary (LAPACK) name. */
  readonly name: string
  /** Other names under which programs may call it, such as numpywren's. */
  readonly aliases: readonly string[]
  readonly minInputs: number
  /** `Infinity` for a variadic kernel. */
  readonly maxInputs: number
  readonly outputs: number
  /** Whether an operand that is absent (a read outside its declared grid) is accepted, per operand position (last entry repeats). */
  readonly absent: readonly boolean[]
  /** Names of its scalars, in positional order. @default not known before a run */
  readonly scalars?: readonly string[]
}

/** One kernel: what the checker, the planner and the worker need to know of it. */
export interface Kernel extends KernelSignature {
  /**
   * True for a kernel whose operands may have several dtypes; which, its `shape` judges. A kernel that does not say so computes
   * in one dtype, and whoever prepares a run refuses operands of two.
   * @default false
   */
  readonly mixesDtypes?: boolean
  /**
   * Extents of the outputs from those of the operands (`undefined` where absent).
   * @throws KernelArgumentError when they do not fit
   */
  shape(operands: readonly (Extent | undefined)[], scalars: KernelScalars): readonly Extent[]
  /** Floating point operations, by the usual LAPACK counts (LAWN 41). */
  flops(operands: readonly (Extent | undefined)[], scalars: KernelScalars): number
  /** Indices of operands whose buffer the kernel can reuse for an output when donated. */
  readonly reuses: readonly number[]
  /** Off the event loop. Outputs may be donated operands. @throws NotPositiveDefiniteError etc. with the local row; the worker adds the tile. */
  run(operands: readonly (Tile | undefined)[], context: KernelContext): Promise<readonly Tile[]>
}

/** Kernels by name or alias. */
export interface KernelRegistry {
  get(name: string): Kernel | undefined
  /** Every kernel once, by primary name. */
  list(): readonly Kernel[]
}
