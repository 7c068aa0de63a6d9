/** Errors of the kernels: wrong arguments, numbers that refuse, an addon that does not load. */

import { InputError, NumpywrenError } from '../errors.ts'

/** A kernel was given operands or scalars that do not fit; nothing was computed. */
export class KernelArgumentError extends InputError {
  override readonly _tag: string = 'KernelArgumentError'
  /** The kernel or LAPACK routine that refused. */
  readonly routine: string
  /** The operand or scalar that does not fit. */
  readonly argument: string

  constructor(routine: string, argument: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.routine = routine
    this.argument = argument
  }
}

/** Where in the whole matrix a tile lies; the worker knows it, the kernel does not. */
export interface TileLocation {
  /** Index of the tile, as the program writes it. */
  readonly tile?: readonly number[] | undefined
  /** Row of the whole matrix, from 0. */
  readonly globalRow?: number | undefined
}

/** A Cholesky factorization met a leading minor that is not positive (`info > 0`, or a pivot that is NaN). */
export class NotPositiveDefiniteError extends NumpywrenError {
  readonly _tag = 'NotPositiveDefiniteError'
  readonly category = 'numerical' as const
  readonly routine: string
  /** Row of the failing pivot within its tile, from 0. */
  readonly row: number
  readonly tile: readonly number[] | undefined
  readonly globalRow: number | undefined

  constructor(routine: string, row: number, location: TileLocation = {}, options?: ErrorOptions) {
    const order = (location.globalRow ?? row) + 1
    const place = location.tile ? `tile [${location.tile.join(',')}], row ${row}` : `row ${row} of the tile`
    super(`leading minor of order ${order} (${place}) is not positive`, options)
    this.routine = routine
    this.row = row
    this.tile = location.tile
    this.globalRow = location.globalRow
  }

  /** The same error, told where its tile lies. */
  at(location: TileLocation): NotPositiveDefiniteError {
    return new NotPositiveDefiniteError(this.routine, this.row, location, { cause: this })
  }
}

/** An iteration for singular values or eigenvalues did not converge, which LAPACK does not expect to happen on finite numbers. */
export class NotConvergedError extends NumpywrenError {
  readonly _tag = 'NotConvergedError'
  readonly category = 'numerical' as const
  readonly routine: string
  /** What LAPACK said: how many did not converge, or where. */
  readonly info: number

  constructor(routine: string, what: string, info: number, options?: ErrorOptions) {
    super(
      `${routine} did not converge for all ${what} (info = ${info}); look at the matrix for numbers near overflow or underflow and scale it`,
      options,
    )
    this.routine = routine
    this.info = info
  }
}

/** The native addon could not be loaded; lists every place that was tried and why it failed. */
export class AddonError extends NumpywrenError {
  readonly _tag = 'AddonError'
  readonly category = 'fatal' as const
}
