import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { Admission, Clocks } from '../../../src/providers/calls/index.ts'
import { addCosts, totalOf } from '../../../src/providers/index.ts'
import { until } from '../../helpers/until.ts'

const never = new AbortController().signal
const ramp = { sandboxes: 1000, perMs: 10_000 }

async function enter(admission: Admission, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await admission.enter(never)
    admission.called()
  }
}

test('a refusal halves the calls at the same time, once for all that were sent before', async (t) => {
  const admission = new Admission({ callers: 16, ramp })
  await enter(admission, 16)
  const calledAt = performance.now() - 1
  for (let i = 0; i < 4; i++) admission.refused(calledAt, undefined)
  t.is(admission.limit, 8)
  t.false(admission.isOpen)
  for (let i = 0; i < 4; i++) admission.leave()
  for (let i = 0; i < 12; i++) {
    admission.admitted(true)
    admission.leave()
  }
  t.is(admission.limit, 9, 'one more after a round of answers')
  await enter(admission, 9)
  let entered = false
  const next = admission.enter(never).then(() => {
    entered = true
  })
  await sleep(5)
  t.false(entered, 'nobody beyond the limit')
  admission.admitted(true)
  admission.leave()
  await next
  t.true(entered)
})

test('after a refusal nobody calls for as long as the platform asks, and who waits is told how long nothing was admitted', async (t) => {
  const admission = new Admission({ callers: 2, ramp })
  await enter(admission, 1)
  t.true(admission.refused(performance.now(), 300) < 100)
  admission.leave()
  const from = performance.now()
  await admission.enter(never)
  t.true(performance.now() - from >= 290)
  admission.called()
  t.true(admission.refused(performance.now(), undefined) >= 290)
  admission.leave()
  const stop = new AbortController()
  const waiting = admission.enter(stop.signal)
  stop.abort()
  await t.throwsAsync(waiting)
})

test('calls grow no faster than the platform starts sandboxes', async (t) => {
  const admission = new Admission({ callers: 100, ramp: { sandboxes: 10, perMs: 200 } })
  t.is(admission.limit, 10)
  await enter(admission, 10)
  let entered = 0
  for (let i = 0; i < 90; i++)
    void admission.enter(never).then(() => {
      entered++
    })
  const from = performance.now()
  await until(() => entered >= 10)
  t.true(performance.now() - from >= 100)
})

test('clocks that may agree are left alone; others are shifted by the least that puts causes before effects', (t) => {
  const clocks = new Clocks()
  t.is(clocks.shiftOf('a', { requestedAt: 100, receivedAt: 110, answeredAt: 120, endedAt: 130 }), 0)
  t.is(clocks.shiftOf('b', { requestedAt: 100, receivedAt: 1110, answeredAt: 1120, endedAt: 130 }), -990)
  t.is(clocks.shiftOf('c', { requestedAt: 1000, receivedAt: 110, answeredAt: 120, endedAt: 1030 }), 890)
  t.is(clocks.shiftOf('c', { requestedAt: 2000, receivedAt: 1105, answeredAt: 1106, endedAt: 2020 }), 895, 'narrower')
  t.is(clocks.shiftOf('c', { requestedAt: 3000, receivedAt: 2109, answeredAt: 2110, endedAt: 3030 }), 895, 'remembered')
  t.is(
    clocks.shiftOf('c', { requestedAt: 4000, receivedAt: 4001, answeredAt: 4002, endedAt: 4003 }),
    0,
    'set meanwhile',
  )
})

test('bills add up by item', (t) => {
  const item = (name: string, quantity: number, unitPrice: number) => ({
    item: name,
    quantity,
    unit: 's',
    unitPrice,
    amount: quantity * unitPrice,
  })
  const sum = addCosts([item('a', 1, 2), item('b', 1, 1)], [item('a', 3, 2), item('a', 1, 5)])
  t.deepEqual(sum, [item('a', 4, 2), item('b', 1, 1), item('a', 1, 5)])
  t.is(totalOf(sum), 14)
})
