import test from 'ava'
import { Alarm } from '../../src/scheduler/embedded/alarm.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

test('an alarm rings once, at the earliest time it was set to, and can be set again', (t) => {
  const clock = new FakeClock()
  const start = clock.now()
  const rung: number[] = []
  const alarm = new Alarm(clock, () => rung.push(clock.now() - start))
  alarm.ringBy(start + 20)
  alarm.ringBy(start + 10)
  alarm.ringBy(start + 30)
  alarm.ringBy(Number.POSITIVE_INFINITY)
  t.true(alarm.isSetAfter(start))
  clock.advance(50)
  t.deepEqual(rung, [10])
  t.false(alarm.isSetAfter(start))
  alarm.ringBy(start + 60)
  clock.advance(50)
  t.deepEqual(rung, [10, 60])
  alarm.ringBy(start + 110)
  alarm.cancel()
  clock.advance(50)
  t.deepEqual(rung, [10, 60])
})
