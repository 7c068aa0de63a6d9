import { once } from 'node:events'
import test from 'ava'
import { HeldRole } from '../../../src/run/shared/role.ts'
import { memoryRole } from '../../helpers/memory-role.ts'

test('a role is held by one, kept after the coordinator forgot it, and free when it is left', async (t) => {
  const lock = memoryRole()
  const held = await HeldRole.take(lock.of('a'))
  t.truthy(held)
  t.is(await HeldRole.take(lock.of('b')), undefined)
  lock.holder = undefined
  const holder = (): string | undefined => lock.holder
  while (holder() !== 'a') await new Promise((resolve) => setTimeout(resolve, 10))
  t.false(held?.signal.aborted)
  await held?.leave()
  t.is(lock.holder, undefined)
})

test('who has lost the role hears of it', async (t) => {
  const lock = memoryRole()
  const held = await HeldRole.take(lock.of('a'))
  lock.holder = 'b'
  await once(held!.signal, 'abort')
  t.is((held!.signal.reason as Error).name, 'RoleLostError')
  await held!.leave()
  t.is(lock.holder, 'b', 'another holds it')
})
