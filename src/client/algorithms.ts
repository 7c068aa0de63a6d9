import { InputError } from '../errors.ts'
import {
  algorithms,
  type EighOptions,
  type GemmOptions,
  type InvOptions,
  type LstsqOptions,
  type MapOptions,
  type NormOptions,
  type PcaOptions,
  type QrOptions,
  type ReshardOptions,
  type SolveOptions,
  type SumOptions,
  type SvdOptions,
  type TsqrOptions,
} from '../linalg/index.ts'
import type { BigMatrix } from '../matrix/index.ts'
import type { Connection } from './connection.ts'
import type { Operation } from './operation.ts'
import { algorithmOperation, type GivenOptions } from './operations.ts'
import type { CallOptions } from './options.ts'

/** A matrix, or its name or URL. */
export type Operand = BigMatrix | string

/** Where the main result of a call goes. */
export interface Out {
  /** @default the name of the first operand followed by `-` and that of the result */
  readonly out?: string | undefined
}

/** The algorithms as methods. Results named by an option that is not given are not computed, or get a default name where every call gives them. */
export abstract class Algorithms {
  protected abstract readonly connection: Connection

  /**
   * A = L L^T. @param A n x n, symmetric positive definite; the lower half is read
   * @throws {TaskError} naming the leading minor that is not positive
   */
  cholesky(A: Operand, options: CallOptions & Out = {}): Operation<{ L: BigMatrix }> {
    return this.call('cholesky', { A }, options)
  }

  /** C = alpha op(A) op(B) + beta C0. @param options `C0`: the matrix that is added */
  gemm(
    A: Operand,
    B: Operand,
    { C0, ...options }: CallOptions & Out & GemmOptions & { readonly C0?: Operand | undefined } = {},
  ): Operation<{ C: BigMatrix }> {
    return this.call('gemm', { A, B, C0 }, options)
  }

  /**
   * A[P] = L U of a matrix of any shape, P int64. The report has `info`, the column of the first zero pivot (from 1; 0: none), and
   * `growth`. @param options `out`: the folder of L, U and P
   */
  lu(A: Operand, options: CallOptions & Out = {}): Operation<{ L: BigMatrix; U: BigMatrix; P: BigMatrix }> {
    return this.call('lu', { A }, options)
  }

  /**
   * The inverse of a square A: by Cholesky or LU, as A is. The report has `method` and `rcond`.
   * @throws {SingularMatrixError} for a pivot that is exactly zero
   */
  inv(A: Operand, options: CallOptions & Out & InvOptions = {}): Operation<{ X: BigMatrix }> {
    return this.call('inv', { A }, options)
  }

  /**
   * op(A) X = B for any square A: by Cholesky, substitution or LU, as A is. The report has `method`, `rcond` and how good X is.
   * @throws {SingularMatrixError} for a pivot that is exactly zero
   */
  solve(A: Operand, B: Operand, options: CallOptions & Out & SolveOptions = {}): Operation<{ X: BigMatrix }> {
    return this.call('solve', { A, B }, options)
  }

  /**
   * X of least norm among those of least ||B - A X||, for A of any shape and rank. The report has `rank` and `residuals`.
   * @param options `s`: where singular values of A go, when they are wanted
   */
  lstsq(
    A: Operand,
    B: Operand,
    options: CallOptions & Out & LstsqOptions & { readonly s?: string | true | undefined } = {},
  ): Operation<{ X: BigMatrix; S?: BigMatrix }> {
    return this.call('lstsq', { A, B }, options)
  }

  /**
   * A = Q R with the diagonal of R nonnegative. @param A m x n
   * @param options `out`: R, min(m, n) x n; `q`: Q, m x min(m, n), computed where it is given
   */
  qr(
    A: Operand,
    options: CallOptions & Out & QrOptions & { readonly q?: string | true | undefined } = {},
  ): Operation<{ R: BigMatrix; Q?: BigMatrix }> {
    return this.call('qr', { A }, options)
  }

  /** A = Q R of a tall and skinny A (m x n, m >= n) by a tree over its rows. @param options as for {@link qr} */
  tsqr(
    A: Operand,
    options: CallOptions & Out & TsqrOptions & { readonly q?: string | true | undefined } = {},
  ): Operation<{ R: BigMatrix; Q?: BigMatrix }> {
    return this.call('tsqr', { A }, options)
  }

  /**
   * A = V diag(W) V^T. @param A n x n, symmetric; the lower half is read
   * @param options `values`: the eigenvalues W, n, ascending; `vectors`: V, n x n, computed where it is given
   */
  eigh(
    A: Operand,
    options: CallOptions &
      EighOptions & { readonly values?: string | true | undefined; readonly vectors?: string | true | undefined } = {},
  ): Operation<{ W: BigMatrix; V?: BigMatrix }> {
    return this.call('eigh', { A }, options)
  }

  /**
   * A = U diag(S) V^T. @param A m x n
   * @param options `values`: the singular values S, min(m, n), descending; `left`, `right`: U, V, computed where they are given
   */
  svd(
    A: Operand,
    options: CallOptions &
      SvdOptions & {
        readonly values?: string | true | undefined
        readonly left?: string | true | undefined
        readonly right?: string | true | undefined
      } = {},
  ): Operation<{ S: BigMatrix; U?: BigMatrix; V?: BigMatrix }> {
    return this.call('svd', { A }, options)
  }

  /** B = A^T, stored. @param A m x n */
  transpose(A: Operand, options: CallOptions & Out = {}): Operation<{ B: BigMatrix }> {
    return this.call('transpose', { A }, options)
  }

  /** B = A in other tiles, of another element type or in another store. */
  reshard(A: Operand, options: CallOptions & Out & ReshardOptions = {}): Operation<{ B: BigMatrix }> {
    return this.call('reshard', { A }, options)
  }

  /** C = f(A) or f(A, B), element by element. @param options `op`: which f; `B`: the second matrix */
  map(
    A: Operand,
    { B, ...options }: CallOptions & Out & MapOptions & { readonly B?: Operand | undefined },
  ): Operation<{ C: BigMatrix }> {
    return this.call('map', { A, B }, options)
  }

  /** A norm of A, the fact `norm` of the report. */
  norm(A: Operand, options: CallOptions & NormOptions = {}): Operation<object> {
    return this.call('norm', { A }, options)
  }

  /**
   * The sum of all elements, the fact `sum` of the report, or with `axis` a vector of sums.
   * @param options `out`: where the vector goes; it must be given with `axis`
   */
  sum(A: Operand, options: CallOptions & Out & SumOptions = {}): Operation<{ S?: BigMatrix }> {
    return this.call('sum', { A }, options)
  }

  /**
   * Principal components of the rows of A, as scikit-learn's PCA. @param A m x n, an observation a row
   * @param options `out`: the components, the rows of C; the other results are kept where their places are given: `scores` (T), `mean` (M),
   * `values` (S), `variance` (E), `ratio` (F)
   */
  pca(
    A: Operand,
    options: CallOptions &
      Out &
      PcaOptions & { readonly [name in 'scores' | 'mean' | 'values' | 'variance' | 'ratio']?: string | undefined } = {},
  ): Operation<{ C: BigMatrix; T?: BigMatrix; M?: BigMatrix; S?: BigMatrix; E?: BigMatrix; F?: BigMatrix }> {
    return this.call('pca', { A }, options)
  }

  /** Any algorithm of the catalogue by its name, with operands by theirs. @throws {InputError} for options that do not fit, when it is started */
  call<T extends object = Readonly<Record<string, BigMatrix>>>(
    name: string,
    operands: Readonly<Record<string, Operand | undefined>>,
    options: object = {},
  ): Operation<T> {
    const spec = algorithms.find((each) => each.name === name)
    if (spec === undefined) {
      throw new InputError(`there is no algorithm ${name}; known are ${algorithms.map((each) => each.name).join(', ')}`)
    }
    return algorithmOperation(this.connection, spec, operands, options as GivenOptions)
  }
}
