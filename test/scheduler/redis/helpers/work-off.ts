import { setTimeout as sleep } from 'node:timers/promises'
import { isNumpywrenError } from '../../../../src/errors.ts'
import type { CompiledProgram } from '../../../../src/lambdapack/index.ts'
import type { Coordinator } from '../../../../src/scheduler/index.ts'
import { type ExplicitTask, explicitProgram } from '../../../helpers/explicit-program.ts'

/** Rows of `width` tasks; each reads two tiles of the row above. */
export function grid(rows: number, width: number): CompiledProgram {
  const tasks: ExplicitTask[] = []
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < width; j++)
      tasks.push({
        vars: [i, j],
        kernel: 'k',
        reads: i === 0 ? [`I[${j}]`] : [`S[${i - 1},${j}]`, `S[${i - 1},${(j + 1) % width}]`],
        writes: [`S[${i},${j}]`],
      })
  return explicitProgram(tasks, { I: 'input', S: 'intermediate' })
}

/** Works as a worker does until the run is over, patiently where Redis is away. @returns ids of the tasks whose completion counted, dead tiles */
export async function workOff(
  coordinator: Coordinator,
  worker: string,
  {
    count = 3,
    onTask = async () => undefined,
  }: { readonly count?: number; readonly onTask?: (done: number) => Promise<void> | undefined } = {},
): Promise<{ readonly counted: string[]; readonly dead: number }> {
  const counted: string[] = []
  let dead = 0
  for (;;) {
    const leases = await patiently(() => coordinator.lease(worker, { count, waitMs: 2000 }))
    for (const lease of leases) {
      const result = await patiently(() => coordinator.complete(worker, lease))
      if (result.counted) counted.push(lease.id)
      dead += result.dead.length
      await onTask(counted.length)
    }
    if (leases.length === 0 && (await patiently(() => coordinator.outcome())).state !== 'running')
      return { counted, dead }
  }
}

async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await call()
    } catch (error) {
      if (!isNumpywrenError(error, 'CoordinatorUnavailableError')) throw error
      await sleep(50)
    }
}
