import test from 'ava'
import { convertInto, dtypeOf, KernelArgumentError, kernelRegistry } from '../../src/kernels/index.ts'
import { at, dtypes, isPaddingIntact, makeContext, makeTile, randomTile, sameBits } from './helpers/tiles.ts'

const convert = kernelRegistry.get('convert')!
const values = [-0, 5e-324, 1e-45, 2 ** -126, 0.1, 1 + 2 ** -24, 3.4028235e38, 3.5e38, -1e300, Infinity, Number.NaN]

for (const from of dtypes)
  for (const dtype of dtypes)
    test(`a tile of ${from} becomes one of ${dtype}, rounded as IEEE 754 says`, async (t) => {
      for (const [m, n] of [
        [0, 2],
        [1, 1],
        [7, 13],
      ] as const) {
        const a = makeTile(m, n, (r, c) => values[(r + 3 * c) % values.length]!, { dtype: from, gap: 2 })
        const b = randomTile(m, n, 1, { dtype, gap: 1 })
        await convertInto(b, a)
        const wanted = makeTile(m, n, (r, c) => at(a, r, c), { dtype })
        t.true(sameBits(b, wanted))
        t.true(isPaddingIntact(b))
        const bits = dtype === 'float64' ? 64 : 32
        const scalars = { positional: [], keywords: { to: bits } }
        t.deepEqual(convert.shape([{ rows: m, cols: n, dtype: from }], scalars), [{ rows: m, cols: n, dtype }])
        const [result] = await convert.run([a], makeContext(scalars))
        t.is(dtypeOf(result!), dtype)
        t.true(sameBits(result!, wanted))
      }
    })

test('a tile that has the dtype already keeps its buffer when it may', async (t) => {
  const a = randomTile(3, 2, 1, { dtype: 'float32' })
  const [kept] = await convert.run([a], makeContext({ positional: [32] }, [true]))
  t.is(kept, a)
  const [copied] = await convert.run([a], makeContext({ positional: [32] }))
  t.not(copied!.data.buffer, a.data.buffer)
  t.true(sameBits(copied!, a))
})

test('another width is refused', (t) => {
  const scalars = { positional: [16], keywords: {} }
  t.throws(() => convert.shape([{ rows: 1, cols: 1 }], scalars), {
    instanceOf: KernelArgumentError,
    message: /to is 16; 32 or 64/,
  })
})
