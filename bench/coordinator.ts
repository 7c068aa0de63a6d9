/** Tasks per second through the embedded coordinator with empty kernels: lease a batch, complete it. */

import { readFile } from 'node:fs/promises'
import { type CompiledProgram, compile, parse } from '../src/lambdapack/index.ts'
import { createEmbeddedCoordinator } from '../src/scheduler/index.ts'

const batch = 32

async function shipped(name: string, args: Readonly<Record<string, number>>): Promise<CompiledProgram> {
  const text = await readFile(new URL(`../src/lambdapack/programs/${name}.lp`, import.meta.url), 'utf8')
  const { module } = parse({ name: `${name}.lp`, text })
  return compile(module.programs[0]!, args, { source: text })
}

function fromText(text: string, args: Readonly<Record<string, number>>): CompiledProgram {
  const { module } = parse({ name: 'bench.lp', text })
  return compile(module.programs[0]!, args, { source: text })
}

const wide = `def wide(A: BigMatrix, B: BigMatrix, N: int):
    for i in range(0, N):
        B[i] = copy(A[i])
`

const grid = `def grid(A: BigMatrix, S: BigMatrix, N: int, M: int):
    for i in range(0, N):
        for j in range(0, M):
            if i == 0:
                S[0, j] = copy(A[j])
            else:
                S[i, j] = add(S[i - 1, j], S[i - 1, (j + 1) % M])
`

async function measure(name: string, program: CompiledProgram): Promise<void> {
  const started = performance.now()
  const coordinator = createEmbeddedCoordinator({ program })
  const opened = performance.now()
  let tasks = 0
  for (;;) {
    const leases = await coordinator.lease('w', { count: batch })
    if (leases.length === 0) break
    for (const lease of leases) await coordinator.complete('w', lease)
    tasks += leases.length
  }
  const seconds = (performance.now() - opened) / 1000
  const { state } = await coordinator.outcome()
  await coordinator.close()
  const rate = Math.round(tasks / seconds).toLocaleString('en')
  process.stdout.write(
    `${name}: ${state}, ${tasks} tasks, opened in ${Math.round(opened - started)} ms, ${rate} tasks/s\n`,
  )
}

await measure('wide', fromText(wide, { N: 100_000 }))
await measure('chain grid', fromText(grid, { N: 1000, M: 100 }))
await measure('cholesky', await shipped('cholesky', { N: 84, truncate: 0 }))
