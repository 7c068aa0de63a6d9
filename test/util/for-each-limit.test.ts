import { setImmediate as tick } from 'node:timers/promises'
import test from 'ava'
import { forEachLimit } from '../../src/util/index.ts'

test('every item is worked on, never more than the limit at once', async (t) => {
  const done: number[] = []
  let running = 0
  let most = 0
  await forEachLimit([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++running)
    for (let i = 0; i < item % 3; i++) await tick()
    running--
    done.push(item)
  })
  t.is(most, 3)
  t.deepEqual(done.toSorted(), [1, 2, 3, 4, 5, 6, 7])
})

test('a failure stops the taking of items and is thrown when nothing runs any more', async (t) => {
  const taken: number[] = []
  let running = 0
  const work = async (item: number): Promise<void> => {
    taken.push(item)
    running++
    await tick()
    running--
    if (item === 2) throw new RangeError('two')
    await tick()
  }
  await t.throwsAsync(forEachLimit([1, 2, 3, 4, 5, 6, 7, 8], 2, work), { instanceOf: RangeError, message: 'two' })
  t.is(running, 0)
  t.true(taken.length < 8)
})

test('a source that fails is reported after the work under way', async (t) => {
  let finished = 0
  async function* source(): AsyncGenerator<number> {
    yield 1
    throw new RangeError('source')
  }
  const work = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await tick()
    finished++
  }
  await t.throwsAsync(forEachLimit(source(), 2, work), { message: 'source' })
  t.is(finished, 1)
})
