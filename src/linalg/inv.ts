import type { BigMatrix } from '../matrix/index.ts'
import { dimensions, inputTiled, requireSquare } from './algorithm.ts'
import { conditionWarning, elementOf, reciprocalCondition } from './condition.ts'
import { SingularMatrixError } from './errors.ts'
import { unlessIndefinite } from './indefinite.ts'
import { inspectStructure } from './inspect.ts'
import { growthWarning } from './lu.ts'
import type { AlgorithmCall, ProcedureSpec, Report, Stages } from './spec.ts'
import { deliver, runStage } from './stage.ts'

/** What is known of the matrix. */
export const inverseAssumptions = ['general', 'spd'] as const

export interface InvOptions {
  /** @default found by inspection: a symmetric matrix is taken as positive definite until Cholesky says otherwise */
  readonly assume?: (typeof inverseAssumptions)[number] | undefined
}

/** An inverse and what is known of it. */
interface Inverse {
  readonly method: 'cholesky' | 'lu'
  readonly X: BigMatrix
  readonly rcond: number
  /** max |U| / max |A|. */
  readonly growth?: number
}

/**
 * The inverse X of a square matrix A: by Cholesky when it is symmetric positive definite (LAPACK xPOTRF, xPOTRI; n^3 flops, the lower half
 * of A is read, X is stored whole and exactly symmetric), else by LU with tournament pivoting (xGETRF, xGETRI; 2 n^3 flops).
 *
 * To solve systems, `solve` is faster and more accurate than a product with the inverse.
 * @throws InputError when A is not square; SingularMatrixError for a pivot that is exactly zero; with assume spd
 * NotPositiveDefiniteError, naming the leading minor
 */
export const inv: ProcedureSpec<InvOptions> = {
  name: 'inv',
  summary: 'the inverse of a square A, by Cholesky when it is symmetric positive definite, else by LU',
  program: 'inverse',
  examples: ['numpywren inv work/A -o work/X', 'numpywren inv work/A -o work/X --assume general'],
  operands: [{ name: 'A', description: 'n x n' }],
  results: [{ name: 'X', option: 'output', short: 'o', description: 'the inverse, n x n', when: 'always' }],
  options: {
    assume: {
      kind: 'choice',
      choices: inverseAssumptions,
      description: 'what is known of A',
      otherwise: 'found by inspection',
    },
  },
  async carryOut(call, stages) {
    const A = call.operand('A')
    const inverse = await inverted(A, call, stages)
    const { mb, nb } = dimensions(A)
    await deliver(stages, inverse.X, { place: call.place('X'), tile: [mb, nb] })
    return report(A, inverse)
  },
}

async function inverted(A: BigMatrix, call: AlgorithmCall<InvOptions>, stages: Stages): Promise<Inverse> {
  const { assume } = call.options
  requireSquare(A, 'inv')
  if (assume === 'spd') return byCholesky(A, stages)
  if (assume === undefined && (await inspectStructure(A, { signal: call.signal })) === 'symmetric') {
    const inverse = await byCholesky(A, stages).catch(unlessIndefinite)
    if (inverse !== undefined) return inverse
  }
  return byLu(A, stages)
}

/** @throws TaskError with a NotPositiveDefiniteError */
async function byCholesky(A: BigMatrix, stages: Stages): Promise<Inverse> {
  const { nb, nt } = requireSquare(A, 'inv')
  const done = await runStage(stages, {
    name: 'cholesky',
    program: 'potri',
    args: { N: nt },
    inputs: { A: inputTiled(A, [nb, nb]) },
    outputs: ['X', 'AN', 'XN'],
  })
  return { method: 'cholesky', X: done.X!, rcond: await conditionOf(done) }
}

/** @throws SingularMatrixError */
async function byLu(A: BigMatrix, stages: Stages): Promise<Inverse> {
  const { nb, nt } = requireSquare(A, 'inv')
  const done = await runStage(stages, {
    name: 'lu',
    program: 'inverse',
    args: { N: nt, nb },
    inputs: { A: inputTiled(A, [nb, nb]) },
    outputs: ['X', 'AN', 'XN', 'IN', 'GA', 'GU'],
  })
  const info = await elementOf(done.IN)
  if (info > 0) throw new SingularMatrixError(A.url, info, 'it has no inverse')
  const growth = (await elementOf(done.GU)) / (await elementOf(done.GA))
  return { method: 'lu', X: done.X!, rcond: await conditionOf(done), growth }
}

/** 1 / (||A||_1 ||X||_1). */
async function conditionOf({ AN, XN }: Readonly<Record<string, BigMatrix>>): Promise<number> {
  return reciprocalCondition(await elementOf(AN), Float64Array.of(await elementOf(XN)))
}

function report(A: BigMatrix, { method, rcond, growth, X }: Inverse): Report {
  const { n } = dimensions(X)
  const warnings = [
    conditionWarning(A.url, rcond, X.layout.dtype === 'float32' ? 'float32' : 'float64'),
    growth === undefined ? undefined : growthWarning(growth, n, 'judge the result with verify inv'),
  ]
  return {
    facts: { method, rcond, ...(growth === undefined ? {} : { growth }) },
    warnings: warnings.filter((warning) => warning !== undefined),
  }
}
