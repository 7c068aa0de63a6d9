/** Matrices of ill repute: how they are made (in Python, for all contenders), and what is computed with them. */

export interface AccuracyCase {
  readonly algorithm: 'cholesky' | 'gemm' | 'solve'
  readonly name: string
  /** Python expression of (A, B); `np` and the functions of the judge's text are in scope. B is None for cholesky. */
  readonly matrices: string
  readonly tile: number
  readonly dtype: 'float64' | 'float32'
  /** For solve. */
  readonly assume?: 'spd' | 'lower' | 'upper'
  readonly transposeA?: boolean
}

function cholesky(name: string, matrix: string, tile: number, dtype: AccuracyCase['dtype'] = 'float64'): AccuracyCase {
  return { algorithm: 'cholesky', name, matrices: `${matrix}, None`, tile, dtype }
}

function gemm(name: string, matrices: string, tile: number, dtype: AccuracyCase['dtype'] = 'float64'): AccuracyCase {
  return { algorithm: 'gemm', name, matrices, tile, dtype }
}

function solve(
  name: string,
  matrices: string,
  tile: number,
  given: Partial<Pick<AccuracyCase, 'assume' | 'transposeA' | 'dtype'>> = {},
): AccuracyCase {
  return { algorithm: 'solve', name, matrices, tile, dtype: 'float64', assume: 'spd', ...given }
}

export const cases: readonly AccuracyCase[] = [
  cholesky('1 x 1', 'np.array([[2.0]])', 64),
  cholesky('random SPD, one tile', 'spd(50)', 64),
  cholesky('random SPD, ragged edge', 'spd(300)', 64),
  cholesky('random SPD, edge tiles of one row', 'spd(257)', 64),
  cholesky('condition 1e12', 'conditioned(300, 1e12)', 64),
  cholesky('graded, diagonal from 1e-16 to 1e16', 'graded(300)', 64),
  cholesky('Hilbert', 'hilbert(12)', 5),
  cholesky('scaled by 1e150', 'spd(300) * 1e150', 64),
  cholesky('scaled by 1e-150', 'spd(300) * 1e-150', 64),
  cholesky('random SPD, float32', 'spd(300)', 64, 'float32'),
  gemm('1 x 1', 'normal(1, 1), normal(1, 1)', 64),
  gemm('random, ragged', 'normal(200, 150), normal(150, 90)', 64),
  gemm('inner dimension 1', 'normal(100, 1), normal(1, 100)', 64),
  gemm('one row by one column', 'normal(1, 300), normal(300, 1)', 64),
  gemm('Hilbert', 'hilbert(100), hilbert(100)', 32),
  gemm('both scaled by 1e150', 'normal(200, 150) * 1e150, normal(150, 90) * 1e150', 64),
  gemm('scaled by 1e150 and 1e-150', 'normal(200, 150) * 1e150, normal(150, 90) * 1e-150', 64),
  gemm('random, float32', 'normal(200, 150), normal(150, 90)', 64, 'float32'),
  solve('1 x 1', 'np.array([[2.0]]), normal(1, 2)', 64),
  solve('random SPD, ragged edge', 'spd(300), normal(300, 5)', 64),
  solve('condition 1e12', 'conditioned(300, 1e12), normal(300, 5)', 64),
  solve('Hilbert', 'hilbert(12), normal(12, 2)', 5),
  solve('scaled by 1e150', 'spd(300) * 1e150, normal(300, 5)', 64),
  solve('scaled by 1e-150', 'spd(300) * 1e-150, normal(300, 5)', 64),
  solve('random SPD, float32', 'spd(300), normal(300, 5)', 64, { dtype: 'float32' }),
  solve('Kahan, upper', 'kahan(100), normal(100, 3)', 32, { assume: 'upper' }),
  solve('Kahan, upper, transposed', 'kahan(100), normal(100, 3)', 32, { assume: 'upper', transposeA: true }),
  solve('Kahan transposed, lower', 'kahan(100).T, normal(100, 3)', 32, { assume: 'lower' }),
  solve('factor of the Hilbert matrix, lower', 'np.linalg.cholesky(hilbert(12)), normal(12, 2)', 5, {
    assume: 'lower',
  }),
]
