/** Results are as good as LAPACK wants them, and as good as SciPy's on the same matrices. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { cases } from './helpers/cases.ts'
import { type Measured, measure } from './helpers/measure.ts'

let measured: readonly Measured[] = []

test.before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'numpywren-accuracy-'))
  measured = await measure(cases, folder)
  await rm(folder, { recursive: true })
})

for (const [k, { algorithm, name }] of cases.entries()) {
  test(`${algorithm}, ${name}: at most 30, and at most 1 or 3 times SciPy's`, (t) => {
    const { verified, ours, scipy } = measured[k]!
    t.true(verified <= 30, `verify: ${verified}`)
    t.true(ours <= 30, `in extended precision: ${ours}`)
    t.true(ours <= Math.max(1, 3 * scipy), `ours ${ours}, SciPy's ${scipy}`)
  })
}
