import test from 'ava'
import { KernelArgumentError, kernelRegistry, type Tile } from '../../src/kernels/index.ts'
import { at, makeContext, makeTile, sameBits } from './helpers/tiles.ts'

async function normal(like: Tile, keywords: Record<string, number>): Promise<Tile> {
  const [result] = await kernelRegistry.get('random_normal')!.run([like], makeContext({ keywords }))
  return result!
}

test('numbers depend on seed, row and column, not on how they are cut', async (t) => {
  const whole = await normal(
    makeTile(1, 50, () => 0),
    { cols: 7, seed: 9 },
  )
  const part = await normal(
    makeTile(3, 20, () => 0),
    { cols: 4, row: 30, seed: 9 },
  )
  t.true(
    sameBits(
      part,
      makeTile(20, 4, (r, c) => at(whole, 30 + r, c)),
    ),
  )
  t.false(
    sameBits(
      part,
      await normal(
        makeTile(3, 20, () => 0),
        { cols: 4, row: 30, seed: 8 },
      ),
    ),
  )
})

test('mean, variance and fourth moment are those of the normal distribution', async (t) => {
  const x = await normal(
    makeTile(1, 5000, () => 0),
    { cols: 9, seed: 1 },
  )
  const values = [...x.data]
  const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length
  t.true(Math.abs(moment(1)) < 0.02)
  t.true(Math.abs(moment(2) - 1) < 0.03)
  t.true(Math.abs(moment(4) - 3) < 0.2)
  t.true(values.every(Number.isFinite))
})

test('counts that are not whole are refused', (t) => {
  const kernel = kernelRegistry.get('random_normal')!
  for (const keywords of [{ cols: 1.5 }, { row: -1 }, { seed: Number.POSITIVE_INFINITY }]) {
    t.throws(
      () => kernel.shape([{ rows: 2, cols: 2 }], { positional: [], keywords: keywords as Record<string, number> }),
      {
        instanceOf: KernelArgumentError,
      },
    )
  }
})
