import test from 'ava'
import fc from 'fast-check'
import { Admission } from '../../src/worker/admission.ts'
import { BufferPool } from '../../src/worker/buffer-pool.ts'
import { Slots } from '../../src/worker/slots.ts'

test('the pool hands used buffers out again and never goes over its budget', (t) => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(8, 16, 24), fc.constant('give' as const))), (steps) => {
      const pool = new BufferPool(64)
      const out: ArrayBuffer[] = []
      for (const step of steps) {
        const used = out.reduce((sum, b) => sum + b.byteLength, 0)
        t.is(pool.usedBytes, used)
        if (step === 'give') {
          const buffer = out.shift()
          if (buffer !== undefined) pool.give(buffer)
          continue
        }
        const buffer = pool.take(step)
        t.is(buffer !== undefined, used + step <= 64)
        if (buffer === undefined) continue
        t.is(buffer.byteLength, step)
        t.false(out.includes(buffer))
        out.push(buffer)
        t.true(pool.residentBytes <= 64)
      }
    }),
  )
  const pool = new BufferPool(64)
  const buffer = pool.take(16)!
  pool.give(buffer)
  t.is(pool.take(16), buffer)
})

test('tasks are admitted in order while their claims fit', async (t) => {
  const admission = new Admission(10)
  const entered: string[] = []
  const enter = (name: string, bytes: number): Promise<void> =>
    admission.enter(bytes).then(() => {
      entered.push(name)
    })
  const all = [enter('a', 6), enter('b', 6), enter('c', 1)]
  await Promise.resolve()
  await Promise.resolve()
  t.deepEqual(entered, ['a'], 'c fits, but b was first')
  admission.leave(6)
  await Promise.all(all)
  t.deepEqual(entered, ['a', 'b', 'c'])
})

test('a free slot goes to the most urgent task, then to the first', async (t) => {
  const slots = new Slots(1)
  const order: string[] = []
  const enter = (name: string, priority: number): Promise<void> =>
    slots.enter(priority).then((slot) => {
      t.is(slot, 0)
      order.push(name)
      slots.leave(slot)
    })
  const first = await slots.enter(0)
  const all = [enter('low', 1), enter('high', 2), enter('also high', 2)]
  slots.leave(first)
  await Promise.all(all)
  t.deepEqual(order, ['high', 'also high', 'low'])
})
