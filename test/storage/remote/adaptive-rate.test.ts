import test from 'ava'
import fc from 'fast-check'
import { AdaptiveRate, ratePrefix } from '../../../src/storage/remote/adaptive-rate.ts'

const start = { read: 1000, write: 100 }

/** Sends as fast as it may for a while. @returns requests that went out */
function send(rate: AdaptiveRate, clock: { now: number }, ms: number, prefix = 'A'): number {
  const end = clock.now + ms
  let sent = 0
  for (;;) {
    const wait = rate.delay(prefix, 'write')
    if (clock.now + wait > end) break
    clock.now += wait
    sent++
  }
  clock.now = end
  return sent
}

test('a burst goes at once, what is more goes at the rate', (t) => {
  const clock = { now: 5000 }
  const rate = new AdaptiveRate(start, () => clock.now)
  for (let i = 0; i < 100; i++) t.is(rate.delay('A', 'write'), 0)
  const waits = Array.from({ length: 100 }, () => rate.delay('A', 'write'))
  t.true(Math.abs(waits.at(-1)! - 1000) < 1, `${waits.at(-1)}`)
  t.deepEqual(
    waits.toSorted((a, b) => a - b),
    waits,
  )
  t.is(rate.delay('B', 'write'), 0)
  t.is(rate.delay('A', 'read'), 0)
})

test('throttling halves what was really sent, once for all that were under way', (t) => {
  const clock = { now: 0 }
  const rate = new AdaptiveRate(start, () => clock.now)
  send(rate, clock, 3000)
  const before = rate.rateOf('A', 'write')
  for (let i = 0; i < 20; i++) rate.throttled('A', 'write')
  const after = rate.rateOf('A', 'write')
  t.true(after > before * 0.4 && after < before * 0.6, `${before} ${after}`)
  t.is(rate.rateOf('B', 'write'), 100)
  t.is(rate.rateOf('A', 'read'), 1000)
  const sent = send(rate, clock, 1000)
  t.true(sent <= after + 1, `${sent} in a second at ${after}`)
  rate.throttled('A', 'write')
  t.true(rate.rateOf('A', 'write') < after * 0.6)
})

test('without throttling the rate climbs evenly, back over the starting rate and no higher than its ceiling', (t) => {
  const clock = { now: 0 }
  const rate = new AdaptiveRate(start, () => clock.now)
  send(rate, clock, 2000)
  rate.throttled('A', 'write')
  const low = rate.rateOf('A', 'write')
  clock.now += 1000
  t.is(rate.rateOf('A', 'write'), low)
  clock.now += 2000
  t.true(Math.abs(rate.rateOf('A', 'write') - low - 10) < 1e-9)
  clock.now += 60_000
  t.true(rate.rateOf('A', 'write') > 100)
  clock.now += 1e9
  t.is(rate.rateOf('A', 'write'), 1600)
})

test('whatever a service takes, the rate settles near it', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 300 }), (capacity) => {
      const clock = { now: 0 }
      const rate = new AdaptiveRate(start, () => clock.now)
      let served = 0
      for (let second = 0; second < 120; second++) {
        const sent = send(rate, clock, 1000)
        if (sent > capacity) rate.throttled('A', 'write')
        if (second >= 60) served += Math.min(sent, capacity)
      }
      // Between half of the capacity and all of it: the teeth of a saw.
      return served / 60 > capacity * 0.5
    }),
    { numRuns: 50 },
  )
  t.pass()
})

test('the rate is kept by array, else by folder', (t) => {
  t.is(ratePrefix('work/A/c/0/1'), 'work/A')
  t.is(ratePrefix('.numpywren/runs/r1/tiles/L/c/0/1'), '.numpywren/runs/r1/tiles/L')
  t.is(ratePrefix('A/zarr.json'), 'A')
  t.is(ratePrefix('top'), '')
})
