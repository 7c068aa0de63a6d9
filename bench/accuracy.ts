/**
 * Scaled residuals on matrices of ill repute, ours beside SciPy's, as the Markdown table of docs/accuracy.md:
 * `node bench/accuracy.ts`. Needs the Python environment of the tests (`npm run setup -- --with-tests`).
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cases } from '../test/accuracy/helpers/cases.ts'
import { measure } from '../test/accuracy/helpers/measure.ts'

const folder = await mkdtemp(join(tmpdir(), 'numpywren-accuracy-'))
const measured = await measure(cases, folder)
await rm(folder, { recursive: true })

const shown = (ratio: number): string => (ratio === 0 ? '0' : ratio.toPrecision(2))
console.log('| | matrix | tile | `verify` | ours | SciPy |\n| --- | --- | --- | --- | --- | --- |')
for (const { case: each, verified, ours, scipy } of measured) {
  const { algorithm, name, tile } = each
  console.log(`| ${algorithm} | ${name} | ${tile} | ${shown(verified)} | ${shown(ours)} | ${shown(scipy)} |`)
}
