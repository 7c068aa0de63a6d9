import test from 'ava'
import fc from 'fast-check'
import { BatchSize, type Ending, expectAdmission, Strikes } from '../../../src/providers/push/index.ts'
import type { Lease } from '../../../src/scheduler/index.ts'
import { scriptedFunction } from '../helpers/scripted-function.ts'

const leases = (ids: readonly string[]): Lease[] =>
  ids.map((id) => ({
    id,
    task: { statement: 0, vars: [] },
    token: '',
    attempt: 1,
    expiresAt: 0,
    leaseMs: 1,
    backup: false,
    soleReads: [],
    priority: 0,
  }))

test('a batch fills the slots, lasts about a second, and leaves other callers their share', (t) => {
  const size = new BatchSize(scriptedFunction(), 4)
  t.is(size.next(1000, 10), 4, 'nothing is known yet')
  size.measured(4, 40, 45)
  t.is(size.next(1000, 1), 100, 'a second of 10 ms each')
  t.is(size.next(100, 10), 10, 'shared')
  t.is(size.next(0, 10), 4)
  for (let i = 0; i < 50; i++) size.measured(10, 100, 600)
  t.is(size.next(1e6, 1), 349, 'what a call costs beside the work stays small; bytes of the answer bound it')
  for (let i = 0; i < 50; i++) size.measured(4, 400_000, 400_100)
  t.is(size.next(1e6, 1), 4, 'tasks that are longer than what is planned for')
})

test('who had bad luck in a batch goes in ever smaller ones, and is blamed only alone', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.nat(63), (count, at) => {
      const culprit = `t${at % count}`
      const strikes = new Strikes()
      const queue = leases(Array.from({ length: count }, (_, i) => `t${i}`))
      let left = queue
      for (let turn = 0; turn < 1000; turn++) {
        const batch = strikes.fitting(left)
        if (batch.length === 0) return false
        if (batch.some(({ id }) => id === culprit)) {
          const found = strikes.add(batch, 'out-of-memory')
          if (found !== undefined) return found.lease.id === culprit && found.times === 3 && batch.length === 1
          left = [...left.filter((lease) => !batch.includes(lease)), ...batch]
        } else {
          for (const { id } of batch) strikes.forget(id)
          left = left.filter((lease) => !batch.includes(lease))
        }
      }
      return false
    }),
  )
  t.pass()
})

test('a platform that admits nothing for five minutes fails the run', (t) => {
  const fn = scriptedFunction()
  t.notThrows(() => expectAdmission(fn, 299_000, undefined))
  t.throws(() => expectAdmission(fn, 300_000, undefined), {
    message: /admitted no invocation of scripted for 5 minutes: raise its limit/,
  })
})

for (const [ending, times] of [
  ['crashed', 8],
  ['unreachable', 8],
  ['timed-out', 3],
  ['returned', 3],
] as const satisfies readonly (readonly [Ending, number])[])
  test(`a task that is alone when its invocation is ${ending} fails the run after ${times} times`, (t) => {
    const strikes = new Strikes()
    const one = leases(['a'])
    for (let i = 1; i < times; i++) t.is(strikes.add(one, ending), undefined)
    t.is(strikes.add(one, ending)?.times, times)
  })
