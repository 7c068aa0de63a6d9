/** Kernel ridge regression on the digits: one LAmbdaPACK program from the points to the scores. */

import { fileURLToPath } from 'node:url'
import type { Numpywren, Operation } from '../../client/index.ts'
import { InternalError } from '../../errors.ts'
import { compile, inline, type Profile, parse, profile } from '../../lambdapack/index.ts'
import { type LinkedSource, readSource, type Verdict } from '../../linalg/index.ts'
import { BigMatrix } from '../../matrix/index.ts'
import type { RunSummary } from '../../run/index.ts'
import { openStore } from '../../storage/index.ts'
import { countCorrect, type Digits, type Rows } from './digits.ts'

const programFile = fileURLToPath(new URL('../../../examples/kernel-ridge.lp', import.meta.url))

/** The kernel is exp(-gamma |x - y|^2); ridge is added to the diagonal of the kernel matrix. */
export const gamma = 0.05
export const ridge = 1e-3

export interface KernelRidge {
  readonly operation: Operation<Record<string, BigMatrix>>
  /** Available parallelism and working set in theory. */
  readonly theory: Profile
  readonly tileBytes: number
}

/** Writes the points as matrices and sets up the run. Matrices of an earlier demo are replaced. */
export async function kernelRidge(npw: Numpywren, digits: Digits, tile: number): Promise<KernelRidge> {
  const { X, Y, Z } = digits
  const source = readSource(programFile)
  await Promise.all([write(npw, 'X', X, tile), write(npw, 'Y', Y, tile), write(npw, 'Z', Z, tile)])
  const args = { N: Math.ceil(X.rows / tile), M: Math.ceil(Z.rows / tile), gamma, ridge }
  const operation = npw.run(source, {
    args,
    bind: {
      X: 'X',
      XT: { path: 'X', view: [{ kind: 'transposed' }] },
      Y: 'Y',
      Z: 'Z',
      K: { path: 'K', attributes: { structure: 'symmetric' } },
      L: { path: 'L', attributes: { structure: 'lower' } },
      F: 'F',
    },
    overwrite: true,
  })
  return { operation, theory: theoryOf(source, args), tileBytes: tile * tile * 8 }
}

export interface Outcome {
  readonly summary: RunSummary
  readonly correct: number
  readonly heldOut: number
  readonly residual: Verdict
}

/** Waits for the run and judges it: predictions against labels, and the factor's residual. */
export async function judge(npw: Numpywren, { operation }: KernelRidge, digits: Digits): Promise<Outcome> {
  const { summary, K, L, F } = await operation.result()
  if (!K || !L || !F) throw new InternalError('the program of the demo does not return K, L and F')
  const scores = await F.read()
  return {
    summary,
    correct: countCorrect(scores.data, digits.heldOut),
    heldOut: digits.heldOut.length,
    residual: await npw.verify('cholesky', { A: K, L }),
  }
}

async function write(npw: Numpywren, name: string, { rows, cols, data }: Rows, tile: number): Promise<void> {
  const layout = { shape: [rows, cols], tile: [tile, cols], dtype: 'float64' as const }
  const matrix = await BigMatrix.create(openStore(npw.storeUrl), name, layout, { overwrite: true })
  await matrix.write([0, rows], [0, cols], data)
}

function theoryOf(source: LinkedSource, args: Readonly<Record<string, number>>): Profile {
  return profile(compile(inline(parse(source).module, source.entry), args, { source: source.text }))
}
