/** Results are as good as LAPACK wants them, and as good as SciPy's on the same matrices. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { algorithms } from '../../src/linalg/index.ts'
import { runPython } from '../helpers/python.ts'
import { cases } from './helpers/cases.ts'
import { describeCase, faultsOf } from './helpers/faults.ts'
import { type Measured, measure } from './helpers/measure.ts'

/** Algorithms that move elements or round each of them once. */
const exact: ReadonlySet<string> = new Set(['transpose', 'reshard', 'map', 'norm', 'sum'])

const ready = cases.filter(({ algorithm }) => algorithms.some(({ name }) => name === algorithm))
let measured: readonly Measured[] = []

test.before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'numpywren-accuracy-'))
  measured = await measure(ready, folder)
  await rm(folder, { recursive: true })
})

test('every algorithm that factors, solves or multiplies is measured, on every kind of the zoo', async (t) => {
  const measuredAlgorithms = new Set(cases.map(({ algorithm }) => algorithm))
  t.deepEqual(
    algorithms.map(({ name }) => name).filter((name) => !measuredAlgorithms.has(name) && !exact.has(name)),
    [],
  )
  const measuredKinds = new Set(cases.flatMap(({ operands }) => Object.values(operands).map(({ kind }) => kind)))
  const here = fileURLToPath(new URL('helpers', import.meta.url))
  const known = await runPython(
    'import sys; sys.path.insert(0, sys.argv[1]); import zoo; print(*zoo.kinds, sep="\\n")',
    here,
  )
  t.deepEqual([...measuredKinds].sort(), known.trim().split('\n').sort())
})

for (const [k, each] of ready.entries()) {
  test(`${describeCase(each)}: below LAPACK's threshold, and at most 1 or 3 times SciPy's`, (t) => {
    t.deepEqual(faultsOf(measured[k]!), [])
  })
}
