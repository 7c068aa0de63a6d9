/** Every example runs, in a folder of its own, and says what the guide says it does. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parse, print } from '../../src/lambdapack/index.ts'
import { readSource } from '../../src/linalg/index.ts'
import { exampleFolder, examples, runExample } from './helpers/example.ts'

test('the first session factors, verifies, reads and solves; zarrita opens the factor', (t) => {
  const folder = exampleFolder(t)
  const output = runExample(folder, 'first-session.ts')
  t.regex(output, /^20 tasks, 333833500 flops/)
  t.regex(output, /at most 30: true/)
  t.regex(output, /\[ 3, 2 \]/)
  t.true(existsSync(join(folder, 'X.npy')))
  t.regex(runExample(folder, 'zarrita.ts'), /\[ 3, 2 \] \[ 1, 3 \] Float64Array\(6\)/)
})

test('events are followed, a run is interrupted and resumed, an error is told apart', (t) => {
  const output = runExample(exampleFolder(t), 'events.ts')
  t.regex(output, /^120 tasks in \d+ slots\ndone after 120 tasks/)
  t.regex(output, /run second was interrupted; to go on: numpywren resume second/)
  t.regex(output, /went on with \d+ tasks/)
  t.regex(output, /numerical leading minor of order \d+ \(tile \[\d+,\d+\], row \d+\) is not positive/)
})

test('a program of one’s own is compiled, drawn and run', (t) => {
  const folder = exampleFolder(t)
  t.is(runExample(folder, 'own-program.ts'), 'critical path of 13 tasks, at most 25 at a time\n[ 40, 2 ]\n')
  t.true(existsSync(join(folder, 'ridge.svg')))
})

test('matrices are factored and decomposed; growth is reported, and no obstacle to a solution', (t) => {
  const output = runExample(exampleFolder(t), 'algorithms.ts')
  t.regex(output, /^qr: ratio [\d.e-]+, true$/m)
  t.regex(output, /^eigenvalues from -?[\d.]+ to [\d.]+, vectors 300,300$/m)
  t.regex(output, /growth: \d[\d.]*e\+3\d/)
  t.regex(output, /^the elements grew by a factor of .*\nlu: false$/m)
  t.regex(output, /^solved by (lu|qr): true$/m)
})

for (const file of readdirSync(examples).filter((name) => name.endsWith('.lp'))) {
  test(`${file} parses, and prints to what it means`, (t) => {
    const source = readSource(join(examples, file))
    const { module, diagnostics } = parse(source)
    t.deepEqual(diagnostics, [])
    const again = parse({ name: file, text: print(module) })
    t.is(print(again.module), print(module))
  })
}
