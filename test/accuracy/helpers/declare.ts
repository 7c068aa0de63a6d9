import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestFn } from 'ava'
import { cases } from './cases.ts'
import { describeCase, faultsOf } from './faults.ts'
import { type Measured, measure } from './measure.ts'

/** A test for every case of these algorithms; all are computed and judged before the first. */
export function declareAccuracyTests(test: TestFn, algorithms: readonly string[]): void {
  const chosen = cases.filter(({ algorithm }) => algorithms.includes(algorithm))
  let measured: readonly Measured[] = []

  test.before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'numpywren-accuracy-'))
    measured = await measure(chosen, folder)
    await rm(folder, { recursive: true })
  })

  for (const [k, each] of chosen.entries()) {
    test(`${describeCase(each)}: below LAPACK's threshold, and at most 1 or 3 times SciPy's`, (t) => {
      t.deepEqual(faultsOf(measured[k]!), [])
    })
  }
}
