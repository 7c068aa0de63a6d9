import { InputError } from '../errors.ts'
import { type BigMatrix, type Layout, tileDtype } from '../matrix/index.ts'
import { dimensions, inputTiled, shipped } from './algorithm.ts'
import { algorithmCall, type ProcedureSpec, type Report, type Stages } from './spec.ts'
import { svd } from './svd.ts'
import { tileOf, wholeInput } from './whole.ts'

export interface PcaOptions {
  /** How many components are kept. @default min(m, n) */
  readonly components?: number | undefined
}

type PcaCall = Parameters<ProcedureSpec<PcaOptions>['carryOut']>[0]

/** Columns of a tile of components and scores, at most. */
const widestTile = 1024
/** Shares of the variance that the report lists. */
const listed = 50

/**
 * Principal components of the rows of A (m observations of n variables), as scikit-learn's PCA has them: singular value decomposition of A with the
 * mean of every column taken off, A - e mu^T = U diag(s) V^T. The components are the first rows of V^T, in each the element of largest magnitude
 * positive; the explained variance is s^2 / (m - 1), scores are (A - e mu^T) C^T.
 *
 * The flops of {@link svd} with right vectors, and 2 m n k for scores.
 * @throws InputError when A has one row, or more components are asked for than there are
 */
export const pca: ProcedureSpec<PcaOptions> = {
  name: 'pca',
  summary: 'A - e mu^T = U diag(s) V^T: principal components, their variances, and scores',
  program: 'components',
  examples: [
    'numpywren pca work/A -o work/C --components 10',
    'numpywren pca work/A -o work/C --scores work/T --ratio work/r --mean work/mu',
  ],
  operands: [{ name: 'A', description: 'm x n, an observation a row' }],
  results: [
    { name: 'C', option: 'output', short: 'o', description: 'the components, the rows of k x n', when: 'always' },
    { name: 'T', option: 'scores', short: 't', description: 'the scores (A - e mu^T) C^T, m x k', when: 'asked' },
    { name: 'M', option: 'mean', description: 'the means of the columns, n', when: 'asked' },
    { name: 'S', option: 'values', short: 's', description: 'the singular values, k', when: 'asked' },
    { name: 'E', option: 'variance', description: 'the explained variances s^2 / (m - 1), k', when: 'asked' },
    { name: 'F', option: 'ratio', description: 'their shares in the variance of A, k', when: 'asked' },
  ],
  options: {
    components: { kind: 'whole', least: 1, description: 'how many components are kept', otherwise: 'min(m, n)' },
  },
  async carryOut(call, stages) {
    const A = call.operand('A')
    const { m, n } = dimensions(A)
    const k = componentsOf(A, call.options.components)
    const { X } = await stages.run('center', centering(A, call, stages))
    const decomposition = algorithmCall({
      options: {},
      operands: { A: X },
      places: { S: stages.work('s'), V: stages.work('V') },
      scratch: call.scratch,
      signal: call.signal,
    })
    const { S: s, V } = await stages.run('svd', await svd.plan(decomposition))
    const { F } = await stages.run('components', selection({ X: X!, V: V!, s: s! }, k, call))
    return report(F!, { m, n, k })
  },
}

/** @throws InputError when there are not so many, or no variance */
function componentsOf(A: BigMatrix, asked: number | undefined): number {
  const { m, n } = dimensions(A)
  if (m < 2) throw new InputError(`pca takes 2 rows at least, an observation each; ${A.url} has ${m}`)
  const most = Math.min(m, n)
  const k = asked ?? most
  if (k <= most) return k
  throw new InputError(`pca: ${A.url} (${m} x ${n}) has ${most} components; --components says ${k}`)
}

/** The program that takes the means off. */
function centering(A: BigMatrix, call: PcaCall, stages: Stages) {
  const { m, n, nb, mt, nt } = dimensions(A)
  const dtype = tileDtype(A.layout)
  return {
    name: 'pca',
    program: shipped('center'),
    args: { M: mt, N: nt, m, bits: dtype === 'float32' ? 32 : 64 },
    bindings: {
      A: wholeInput(A),
      X: { ...stages.work('X'), layout: { shape: [m, n], tile: tileOf(A), dtype } },
      MU: { ...call.place('M'), layout: { shape: [n], tile: [nb], dtype } },
    },
    parameters: {},
    results: { X: 'X', M: 'MU' },
  }
}

/** The program that makes components, variances and scores of a decomposition. */
function selection(given: { readonly [name in 'X' | 'V' | 's']: BigMatrix }, k: number, call: PcaCall) {
  const { X, V, s } = given
  const { m, n, mb, nb, mt, nt } = dimensions(X)
  const dtype = tileDtype(X.layout)
  const kb = Math.min(k, widestTile)
  const hasScores = call.isAsked('T')
  const vector: Layout = { shape: [k], tile: [k], dtype }
  return {
    name: 'pca',
    program: shipped('components'),
    args: { M: mt, N: nt, K: Math.ceil(k / kb), m, k, kb, scores: hasScores ? 1 : 0 },
    bindings: {
      X: inputTiled(X, [mb, nb]),
      V: inputTiled(V, [nb, kb]),
      s: inputVector(s),
      C: { ...call.place('C'), layout: { shape: [k, n], tile: [kb, nb], dtype } },
      E: { ...call.place('E'), layout: vector },
      F: { ...call.place('F'), layout: vector },
      G: { ...call.place('S'), layout: vector },
      ...(hasScores ? { S: { ...call.place('T'), layout: { shape: [m, k], tile: [mb, kb], dtype } } } : {}),
    },
    parameters: { components: k },
    results: { C: 'C', E: 'E', F: 'F', S: 'G', ...(hasScores ? { T: 'S' } : {}) },
  }
}

const inputVector = (s: BigMatrix) => ({ store: s.store, path: s.path })

async function report(
  F: BigMatrix,
  sizes: { readonly m: number; readonly n: number; readonly k: number },
): Promise<Report> {
  const shares = Array.from((await F.read()).data, Number)
  const explained = shares.reduce((sum, share) => sum + share, 0)
  const facts = { components: sizes.k, explained, explainedVarianceRatio: shares.slice(0, listed) }
  const warnings = explained === 0 ? ['every column of the matrix is constant: there is no variance to explain'] : []
  return { facts, warnings }
}
