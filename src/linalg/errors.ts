import { NumpywrenError } from '../errors.ts'

/** A factorization met a pivot that is exactly zero: the matrix of a linear system is singular (LAPACK's `info > 0`). */
export class SingularMatrixError extends NumpywrenError {
  readonly _tag = 'SingularMatrixError'
  readonly category = 'numerical' as const
  /** Column of the zero pivot in the whole matrix, from 1: LAPACK's info. */
  readonly info: number

  /**
   * @param url of the matrix
   * @param consequence what does not exist therefore
   */
  constructor(
    url: string,
    info: number,
    consequence = 'the system has no unique solution; lstsq gives the one of least norm',
  ) {
    super(`${url} is singular: the pivot of column ${info} (counted from 1) is exactly zero, so ${consequence}`)
    this.info = info
  }
}
