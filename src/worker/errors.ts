/** Errors of the worker: tiles that are not there or not usable, and work that does not fit. */

import { InputError, NumpywrenError } from '../errors.ts'

/** An input tile that has to exist does not, or its stored bytes are damaged. */
export class InputTileError extends NumpywrenError {
  readonly _tag = 'InputTileError'
  readonly category = 'fatal' as const
  readonly tile: string
  readonly url: string

  constructor(tile: string, url: string, problem: string, options?: ErrorOptions) {
    super(`input tile ${tile} ${problem} at ${url}`, options)
    this.tile = tile
    this.url = url
  }
}

/** A tile that a task of this run wrote is gone or damaged: the run must plan again, which computes it anew. */
export class LostTileError extends NumpywrenError {
  readonly _tag = 'LostTileError'
  readonly category = 'fatal' as const
  readonly matrix: string
  readonly index: readonly number[]
  readonly url: string

  constructor(matrix: string, index: readonly number[], url: string, problem: string, options?: ErrorOptions) {
    super(`tile ${matrix}[${index.join(',')}] ${problem} at ${url}; it has to be computed again`, options)
    this.matrix = matrix
    this.index = index
    this.url = url
  }
}

/** An input holds NaN or infinity. */
export class NonFiniteInputError extends InputError {
  override readonly _tag = 'NonFiniteInputError'
  readonly tile: string
  /** Row and column of the whole matrix, from 0. */
  readonly row: number
  readonly col: number

  constructor(place: {
    readonly tile: string
    readonly url: string
    readonly row: number
    readonly col: number
    readonly value: number
  }) {
    const { tile, url, row, col, value } = place
    super(`input ${url} holds ${value} at row ${row}, column ${col} (tile ${tile}); finite numbers are wanted`)
    this.tile = tile
    this.row = row
    this.col = col
  }
}

/** The tiles of a single task do not fit into the memory the worker was given. */
export class MemoryBudgetError extends InputError {
  override readonly _tag = 'MemoryBudgetError'
  readonly neededBytes: number
  readonly memoryBytes: number

  constructor(task: string, neededBytes: number, memoryBytes: number) {
    super(
      `task ${task} needs ${neededBytes} bytes for its operands and results, but the worker has ${memoryBytes}: give more memory or use smaller tiles`,
    )
    this.neededBytes = neededBytes
    this.memoryBytes = memoryBytes
  }
}

/** A kernel gave something else than its task promises. */
export class KernelOutputError extends NumpywrenError {
  readonly _tag = 'KernelOutputError'
  readonly category = 'fatal' as const
}

/** A program names what the worker was not given: a kernel or the array of a matrix. */
export class UnboundNameError extends InputError {
  override readonly _tag = 'UnboundNameError'
}

/** The lease of a task is over while this worker still had it: what it did is not wanted. Never leaves the worker. */
export class LeaseLostError extends NumpywrenError {
  readonly _tag = 'LeaseLostError'
  readonly category = 'transient' as const

  constructor(task: string) {
    super(`the lease of task ${task} is over; it belongs to another worker`)
  }
}

/** A worker was started so shortly before its deadline that it could not do anything. */
export class DeadlineError extends InputError {
  override readonly _tag = 'DeadlineError'
  readonly leftMs: number
  readonly marginMs: number

  constructor(leftMs: number, marginMs: number) {
    super(
      `${Math.round(leftMs)} ms are left until the deadline of the worker, of which ${marginMs} ms are kept for its end, so ${Math.round(leftMs - marginMs)} ms are left for work: give it more time or a shorter margin`,
    )
    this.leftMs = leftMs
    this.marginMs = marginMs
  }
}
