/** Tasks per second through the embedded coordinator with empty kernels: lease a batch, complete it. */

import type { CompiledProgram } from '../src/lambdapack/index.ts'
import { createEmbeddedCoordinator } from '../src/scheduler/index.ts'
import { benchProgram } from './coordinator-programs.ts'

const batch = 32

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

await measure('wide', await benchProgram('independent:100000'))
await measure('chain grid', await benchProgram('grid:1000'))
await measure('cholesky', await benchProgram('cholesky:84'))
