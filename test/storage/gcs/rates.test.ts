import test from 'ava'
import { AdaptiveRate } from '../../../src/storage/remote/adaptive-rate.ts'

const minuteMs = 60_000

test('above the starting rate the load doubles in twenty minutes at most, and below it climbs back evenly', (t) => {
  let now = 0
  const rate = new AdaptiveRate({ read: 5000, write: 1000 }, () => now, 20 * minuteMs)
  t.is(rate.rateOf('A', 'write'), 1000)
  now += 10 * minuteMs
  t.true(Math.abs(rate.rateOf('A', 'write') - 1000 * Math.SQRT2) < 1e-6)
  now += 10 * minuteMs
  t.true(Math.abs(rate.rateOf('A', 'write') - 2000) < 1e-6)
  for (let i = 0; i < 300; i++) rate.delay('A', 'write')
  rate.throttled('A', 'write')
  const least = rate.rateOf('A', 'write')
  t.true(least > 140 && least < 160, `${least}`)
  // Throttling is believed to last for a second.
  now += 11_000
  t.is(rate.rateOf('A', 'write'), least + 500)
  now += 10_000
  const back = rate.rateOf('A', 'write')
  t.true(back >= 1000 && back < 1010, `${back}`)
  t.is(rate.rateOf('B', 'read'), 5000)
})
