/** Systems by stored factors: getrs.lp and getrs_transposed.lp after lu. */

import test from 'ava'
import { BigMatrix, connect } from '../../src/index.ts'
import { kernelRegistry } from '../../src/kernels/index.ts'
import { shipped } from '../../src/linalg/algorithm.ts'
import { startRun } from '../../src/run/index.ts'
import { openStore } from '../../src/storage/index.ts'
import { provider, runOptions } from '../helpers/driven-cholesky.ts'

const noise = (r: number, c: number): number => Math.sin(1e4 * Math.sin(1 + 12.9898 * r + 78.233 * c))

for (const program of ['getrs', 'getrs_transposed'])
  test(`${program}: one factorization for many right-hand sides`, async (t) => {
    const [n, r, nb] = [45, 7, 8]
    const url = `memory://${program}`
    const store = openStore(url)
    const npw = await connect({ store: url })
    t.teardown(() => npw.close())
    const stored = async (name: string, cols: number, tile: number): Promise<Float64Array> => {
      const data = Float64Array.from({ length: n * cols }, (_, at) => noise(Math.floor(at / cols), (at % cols) + cols))
      await (await BigMatrix.create(store, name, { shape: [n, cols], tile: [nb, tile], dtype: 'float64' })).write(data)
      return data
    }
    const [a, b] = [await stored('A', n, nb), await stored('B', r, 4)]
    await npw.lu('A', { out: 'F' })
    const run = await startRun({
      store,
      program: shipped(program),
      args: { N: Math.ceil(n / nb), R: 2 },
      bindings: {
        ...Object.fromEntries(['L', 'U', 'P'].map((name) => [name, { path: `F/${name}` }])),
        B: { path: 'B' },
        X: { path: 'X' },
      },
      kernels: kernelRegistry,
      provider,
      options: runOptions,
    })
    await run.wait()
    const { data: x } = await (await BigMatrix.open(store, 'X')).read()
    const [transposed, size] = [program === 'getrs_transposed', Math.max(...Array.from(x, (value) => Math.abs(value)))]
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < r; j++) {
        let residual = b[i * r + j]!
        for (let k = 0; k < n; k++) residual -= (transposed ? a[k * n + i]! : a[i * n + k]!) * x[k * r + j]!
        t.true(Math.abs(residual) < 30 * n * 2 ** -53 * size, `row ${i}, column ${j}: ${residual}`)
      }
    }
  })
