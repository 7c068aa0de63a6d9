import test from 'ava'
import type { Coordination } from '../../../src/run/index.ts'
import { writeState } from '../../../src/run/index.ts'
import { ProcedureWatch } from '../../../src/run/shared/procedures.ts'
import { MemoryStore } from '../../../src/storage/index.ts'
import { memoryRole } from '../../helpers/memory-role.ts'
import { until } from '../../helpers/until.ts'

/** A watch by one of the processes that share a role, and what it was made to carry on. */
function watched(silenceMs: number) {
  const store = new MemoryStore()
  const lock = memoryRole()
  const coordination = { run: () => ({ role: (owner: string) => lock.of(owner) }) } as unknown as Coordination
  const carried: string[] = []
  const carryOn = async (id: string): Promise<void> => {
    carried.push(id)
  }
  return { store, lock, carried, watch: new ProcedureWatch({ store, coordination, name: 'w', carryOn, silenceMs }) }
}

test('a procedure whose process died before its first word is carried on after a while', async (t) => {
  const { carried, watch } = watched(100)
  t.true(await watch.lookAfter('p'))
  t.deepEqual(carried, [], 'it may be about to say so')
  await until(async () => (await watch.lookAfter('p')) && carried.length > 0)
  t.deepEqual(carried, ['p'])
  await watch.stop()
})

test('one that is carried out, or by another, is left alone', async (t) => {
  const { store, lock, carried, watch } = watched(0)
  const said = { startedAt: Date.now(), heartbeatAt: Date.now(), pid: process.pid, host: 'elsewhere' }
  await writeState(store, 'p', { state: 'running', ...said, tasksDone: 0, tasksTotal: 1 })
  t.true(await watch.lookAfter('p'))
  await writeState(store, 'p', { state: 'done', ...said, tasksDone: 1, tasksTotal: 1 })
  t.false(await watch.lookAfter('p'))
  lock.holder = 'another'
  t.true(await watch.lookAfter('q'))
  t.deepEqual(carried, [])
  await watch.stop()
})
