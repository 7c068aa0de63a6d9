/** Every example runs, in a folder of its own, and says what the guide says it does. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { parse, print } from '../../src/lambdapack/index.ts'
import { readSource } from '../../src/linalg/index.ts'

const examples = fileURLToPath(new URL('../../examples/', import.meta.url))

/** Runs examples one after the other in a new folder. */
function run(folder: string, name: string): string {
  const { NUMPYWREN_STORE: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(examples, name)], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`)
  return stdout
}

function scratch(t: { teardown(action: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'numpywren-example-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return folder
}

test('the first session factors, verifies, reads and solves; zarrita opens the factor', (t) => {
  const folder = scratch(t)
  const output = run(folder, 'first-session.ts')
  t.regex(output, /^20 tasks, 333833500 flops/)
  t.regex(output, /at most 30: true/)
  t.regex(output, /\[ 3, 2 \]/)
  t.true(existsSync(join(folder, 'X.npy')))
  t.regex(run(folder, 'zarrita.ts'), /\[ 3, 2 \] \[ 1, 3 \] Float64Array\(6\)/)
})

test('events are followed, a run is interrupted and resumed, an error is told apart', (t) => {
  const output = run(scratch(t), 'events.ts')
  t.regex(output, /^120 tasks in \d+ slots\ndone after 120 tasks/)
  t.regex(output, /run second was interrupted; to go on: numpywren resume second/)
  t.regex(output, /went on with \d+ tasks/)
  t.regex(output, /numerical leading minor of order \d+ \(tile \[\d+,\d+\], row \d+\) is not positive/)
})

test('a program of one’s own is compiled, drawn and run', (t) => {
  const folder = scratch(t)
  t.is(run(folder, 'own-program.ts'), 'critical path of 13 tasks, at most 25 at a time\n[ 40, 2 ]\n')
  t.true(existsSync(join(folder, 'ridge.svg')))
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
