import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import test from 'ava'
import { taskId } from '../../../src/lambdapack/index.ts'
import { planKey } from '../../../src/run/keys.ts'
import { dropPlans, readPlan, writePlan } from '../../../src/run/shared/plans.ts'
import { MemoryStore } from '../../../src/storage/index.ts'
import { choleskyProgram } from '../../helpers/cholesky-run.ts'

const place = { runId: 'r', epoch: 'e1' }

test('a plan is read as it was written, and gone when it is dropped', async (t) => {
  const store = new MemoryStore()
  const program = await choleskyProgram(4)
  const todo = new Set([...program.tasks()].map(taskId).slice(3, 9))
  await writePlan(store, place, todo)
  t.deepEqual(await readPlan(store, place, program), todo)
  t.is(await readPlan(store, { runId: 'r', epoch: 'e2' }, program), undefined)
  await dropPlans(store, 'r')
  t.is(await readPlan(store, place, program), undefined)
})

test('a plan that is damaged, of another round or of another program is refused', async (t) => {
  const store = new MemoryStore()
  const program = await choleskyProgram(4)
  const [first = ''] = [...program.tasks()].map(taskId)
  const put = async (bytes: Uint8Array) => store.put(planKey('r', 'e1'), bytes)
  const packed = (value: unknown) => promisify(gzip)(JSON.stringify(value))
  const plan = { version: 1, run: 'r', epoch: 'e1', tasks: [first] }
  await put(await packed(plan))
  t.is((await readPlan(store, place, program))?.size, 1)
  for (const bytes of [
    new Uint8Array([1, 2, 3]),
    (await packed(plan)).subarray(0, 20),
    await packed({ ...plan, run: 'other' }),
    await packed({ ...plan, epoch: 'e2' }),
    await packed({ ...plan, tasks: [first, '99:1,2,3'] }),
    await packed({ ...plan, tasks: 'all' }),
    await packed([]),
  ]) {
    await put(bytes)
    await t.throwsAsync(readPlan(store, place, program), { name: 'ManifestError', message: /plan .*e1.* run/ })
  }
})
