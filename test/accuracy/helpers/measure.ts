import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, type Numpywren, type Verdict } from '../../../src/index.ts'
import { runPython } from '../../helpers/python.ts'
import type { AccuracyCase } from './cases.ts'

/** Ratios of one case: by `verify`, and in extended precision ours and SciPy's. */
export interface Measured {
  readonly case: AccuracyCase
  readonly verified: number
  readonly ours: number
  readonly scipy: number
}

/** Computes every case in `folder`, and has it judged. */
export async function measure(cases: readonly AccuracyCase[], folder: string): Promise<Measured[]> {
  const judge = await readFile(new URL('judge.py', import.meta.url), 'utf8')
  const text = JSON.stringify(cases)
  await runPython(judge, 'make', text, folder)
  const verdicts: Verdict[] = []
  {
    await using npw = await connect({ store: folder, slots: 2, memoryBytes: 2 ** 28 })
    for (const [k, each] of cases.entries()) verdicts.push(await compute(npw, each, `${k}`, folder))
  }
  const judged = JSON.parse(await runPython(judge, 'judge', text, folder)) as { ours: number; scipy: number }[]
  return judged.map((ratios, k) => ({ case: cases[k]!, verified: verdicts[k]!.ratio, ...ratios }))
}

async function compute(npw: Numpywren, given: AccuracyCase, k: string, folder: string): Promise<Verdict> {
  const { algorithm, tile, dtype, assume, transposeA } = given
  const load = (name: string) =>
    npw.import(join(folder, `${k}-${name}.npy`), `${k}-${name}`, { tile: [tile, tile], dtype })
  const A = await load('A')
  const out = `${k}-R`
  if (algorithm === 'cholesky') {
    const { L } = await npw.cholesky(A, { out })
    return await npw.verify('cholesky', { A, L })
  }
  const B = await load('B')
  if (algorithm === 'gemm') {
    const { C } = await npw.gemm(A, B, { out })
    return await npw.verify('gemm', { A, B, C })
  }
  const how = { ...(assume ? { assume } : {}), ...(transposeA ? { transposeA } : {}) }
  const { X } = await npw.solve(A, B, { out, ...how })
  return await npw.verify('solve', { A, X, B }, how)
}
