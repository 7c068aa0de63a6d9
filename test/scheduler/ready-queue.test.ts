import test from 'ava'
import fc from 'fast-check'
import { retryDelayMs } from '../../src/scheduler/embedded/backoff.ts'
import { compareReady, ReadyQueue } from '../../src/scheduler/embedded/ready-queue.ts'

const entry = fc.record({
  priority: fc.integer({ min: 0, max: 3 }),
  task: fc.record({ statement: fc.integer({ min: 0, max: 2 }), vars: fc.tuple(fc.integer({ min: -2, max: 2 })) }),
})

test('the queue gives entries back in order, however pushes and pops interleave', (t) => {
  fc.assert(
    fc.property(fc.array(fc.oneof(entry, fc.constant('pop' as const))), (steps) => {
      const queue = new ReadyQueue<{ priority: number; task: { statement: number; vars: [number] } }>()
      const model: { priority: number; task: { statement: number; vars: [number] } }[] = []
      for (const step of steps) {
        if (step === 'pop') t.deepEqual(queue.pop(), model.shift())
        else {
          queue.push(step)
          model.push(step)
          model.sort(compareReady)
        }
        t.is(queue.size, model.length)
      }
      while (model.length > 0) t.deepEqual(queue.pop(), model.shift())
      t.is(queue.pop(), undefined)
    }),
  )
})

test('pauses grow, are jittered by half and capped', (t) => {
  const backoff = { baseMs: 100, capMs: 1000 }
  t.is(
    retryDelayMs(1, backoff, () => 0),
    100,
  )
  t.is(
    retryDelayMs(3, backoff, () => 0),
    400,
  )
  t.is(
    retryDelayMs(3, backoff, () => 0.5),
    300,
  )
  t.is(
    retryDelayMs(30, backoff, () => 0),
    1000,
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (n, r) => {
        const pause = retryDelayMs(n, backoff, () => r)
        return pause >= 50 && pause <= 1000
      },
    ),
  )
})
