/** Linear systems with a factorization in float32 and residuals in float64. */

import { InputError } from '../errors.ts'
import type { BigMatrix } from '../matrix/index.ts'
import { elementOf, valuesOf } from './condition.ts'
import { unlessIndefinite } from './indefinite.ts'
import { judged } from './solve-direct.ts'
import { leftSide, rightSides, type Solution, type System } from './solve-system.ts'
import type { Stages } from './spec.ts'
import { runStage } from './stage.ts'
import { epsilon } from './verify/ratio.ts'

/** Most corrections, as in LAPACK's dsgesv. */
const MOST = 30
/** Solves of the first run: enough for a condition of about 1e6, as random matrices of order 8192 have. */
const FIRST = 6

/** What came of it; `iterations` as dsgesv's ITER: corrections made, or why it is to be done in float64. */
export interface MixedOutcome {
  readonly solution?: Solution
  /** -2: beyond the range of float32; -3: the factorization failed; -31: no convergence in 30 corrections. */
  readonly iterations: number
}

/** Norms after each solve. */
interface History {
  /** After which solve the rule of dsgesv holds for every right-hand side; -1 when after none. */
  readonly settled: number
  /** Solves after which it should hold, by the rate of the last two; infinite without convergence. */
  readonly expected: number
  readonly isFinite: boolean
}

/**
 * Solves in mixed precision. LAPACK dsgesv, dsposv: the solution is accepted when ||r||_inf <= sqrt(n) ||x||_inf ||A||_inf eps for every
 * right-hand side. The corrections of a run are fixed when it starts; when they do not suffice but converge, another run makes more.
 * @throws InputError when the matrices are float32
 */
export async function solveMixed(system: System, kind: 'cholesky' | 'lu', stages: Stages): Promise<MixedOutcome> {
  if (system.dtype !== 'float64')
    throw new InputError(`solve --mixed takes float64 matrices; ${system.A.url} is float32`)
  let solves = FIRST
  for (let attempt = 0; ; attempt++) {
    const done = await factored(system, { kind, solves, attempt }, stages)
    if (done === undefined) return { iterations: -3 }
    const history = await historyOf(system, done, solves)
    if (!history.isFinite) return { iterations: -2 }
    if (history.settled >= 0) {
      const growth = kind === 'lu' ? { growth: (await elementOf(done.GU)) / (await elementOf(done.GA)) } : {}
      const found = { X: done.X!, refinements: solves - 1, ...growth, ...(await judged(system, done)) }
      return { iterations: history.settled, solution: { method: `mixed ${kind}`, ...found } }
    }
    // The second run has some to spare; what a third would need was foreseen wrongly twice.
    if (attempt > 0 || history.expected > MOST + 1) return { iterations: -(MOST + 1) }
    solves = Math.min(MOST + 1, history.expected + 2)
  }
}

/** @returns undefined when the factorization failed */
async function factored(
  system: System,
  given: { readonly kind: 'cholesky' | 'lu'; readonly solves: number; readonly attempt: number },
  stages: Stages,
): Promise<Readonly<Record<string, BigMatrix>> | undefined> {
  const { n, nb, nt, rt } = system
  const { kind, solves, attempt } = given
  const isSpd = kind === 'cholesky'
  const done = await runStage(stages, {
    name: attempt === 0 ? `mixed-${kind}` : `mixed-${kind}-more`,
    program: isSpd ? 'posv_mixed' : 'gesv_mixed',
    args: { N: nt, R: rt, T: solves, n, nb },
    inputs: { A: leftSide(isSpd ? { ...system, transposeA: false } : system), B: rightSides(system) },
    outputs: ['X', 'AN', 'XN', 'RN', 'EN', 'AI', 'XM', 'RM', ...(isSpd ? [] : ['IN', 'GA', 'GU'])],
  }).catch(unlessIndefinite)
  const isSingular = !isSpd && (await elementOf(done?.IN)) > 0
  return isSingular ? undefined : done
}

async function historyOf(
  { n, r }: System,
  { AI, XM, RM }: Readonly<Record<string, BigMatrix>>,
  solves: number,
): Promise<History> {
  const [norm, solutions, residuals] = [await elementOf(AI), await valuesOf(XM), await valuesOf(RM)]
  const bound = Math.sqrt(n) * epsilon.float64
  // The largest ||r|| / (sqrt(n) ||x|| ||A|| eps) after each solve; row t of XM and RM.
  const ratios = Array.from({ length: solves }, (_, t) => {
    let worst = 0
    for (let j = 0; j < r; j++) {
      const residual = residuals[t * r + j] ?? Number.NaN
      if (residual !== 0) worst = Math.max(worst, residual / norm / (solutions[t * r + j] ?? 0) / bound)
    }
    return worst
  })
  const [last = Number.NaN, before = Number.NaN] = ratios.toReversed()
  const rate = last / before
  const missing = rate < 0.5 ? Math.ceil(Math.log(last) / -Math.log(rate)) : Number.POSITIVE_INFINITY
  return {
    settled: ratios.findIndex((ratio) => ratio <= 1),
    expected: solves + missing,
    isFinite: ratios.every((ratio) => Number.isFinite(ratio)),
  }
}
