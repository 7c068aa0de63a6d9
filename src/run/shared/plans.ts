/** What a round has to do, for the workers that join it: kept beside the run, since a coordinator's memory is for what changes. */

import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { z } from 'zod'
import { type CompiledProgram, taskId } from '../../lambdapack/index.ts'
import { objectUrl, type Store } from '../../storage/index.ts'
import { ManifestError } from '../errors.ts'
import { planKey, plansPrefix } from '../keys.ts'

/** A plan is read whole; one that says it is larger than this is not ours. */
const MAX_BYTES = 2 ** 30

const schema = z.strictObject({
  version: z.literal(1),
  run: z.string(),
  epoch: z.string(),
  tasks: z.array(z.string()),
})

/** @param todo ids of the tasks to do */
export async function writePlan(
  store: Store,
  { runId, epoch }: { readonly runId: string; readonly epoch: string },
  todo: ReadonlySet<string>,
): Promise<void> {
  const text = JSON.stringify({ version: 1, run: runId, epoch, tasks: [...todo] })
  await store.put(planKey(runId, epoch), await promisify(gzip)(text, { level: 1 }))
}

/**
 * The tasks of a round; `undefined` when there is no such plan (any more).
 * @throws ManifestError when it is damaged, or names tasks that the program does not have
 */
export async function readPlan(
  store: Store,
  { runId, epoch }: { readonly runId: string; readonly epoch: string },
  program: CompiledProgram,
): Promise<ReadonlySet<string> | undefined> {
  const bytes = await store.get(planKey(runId, epoch))
  if (bytes === undefined) return undefined
  const url = objectUrl(store.url, planKey(runId, epoch))
  let plan: z.output<typeof schema>
  try {
    const text = new TextDecoder().decode(await promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES }))
    plan = schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new ManifestError(`the plan ${url} is damaged; resume the run, which makes a new one`, { cause })
  }
  const todo = new Set(plan.tasks)
  let known = 0
  for (const task of program.tasks()) if (todo.has(taskId(task))) known++
  if (plan.run !== runId || plan.epoch !== epoch || known !== todo.size)
    throw new ManifestError(`the plan ${url} is not one of this run; resume the run, which makes a new one`)
  return todo
}

/** Removes the plans of a run that has ended. */
export async function dropPlans(store: Store, runId: string): Promise<void> {
  for await (const { key } of store.list(plansPrefix(runId))) await store.delete(key)
}
