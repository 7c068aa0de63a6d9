import test from 'ava'
import fc from 'fast-check'
import { compareReady } from '../../../src/scheduler/embedded/ready-queue.ts'
import { decodeTask, encodeTask } from '../../../src/scheduler/redis/codes.ts'

const integer = fc.oneof(fc.integer({ min: -12, max: 12 }), fc.integer(), fc.maxSafeInteger())

test('codes come back as the tasks they were made from', (t) => {
  fc.assert(
    fc.property(fc.nat(300), fc.array(integer, { maxLength: 4 }), (statement, vars) => {
      t.deepEqual(decodeTask(encodeTask({ statement, vars })), { statement, vars })
    }),
  )
})

test('codes stand in the order of the queue: by statement, then by loop variables, negative ones too', (t) => {
  const vars = fc.tuple(integer, integer)
  fc.assert(
    fc.property(fc.nat(120), fc.nat(120), vars, vars, (s, r, u, v) => {
      const [a, b] = [
        { statement: s, vars: u },
        { statement: r, vars: v },
      ]
      const [x, y] = [Buffer.from(encodeTask(a)), Buffer.from(encodeTask(b))]
      t.is(Math.sign(Buffer.compare(x, y)), Math.sign(compareReady({ task: a, priority: 0 }, { task: b, priority: 0 })))
    }),
    { numRuns: 1000 },
  )
})
