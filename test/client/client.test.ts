import test from 'ava'
import { connect, InputError, isNumpywrenError, lambdapack, type RunEvent } from '../../src/index.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

test('a factor by way of the library: awaited, started, verified, resumed, traced', async (t) => {
  const store = await temporaryFolder(t)
  await using npw = await connect({ store, slots: 2 })
  await npw.generate('spd', 'A', { shape: [130, 130], tile: 32, seed: 3 })
  const operation = npw.cholesky('A', { out: 'L' })
  const run = await operation.start()
  const events: RunEvent[] = []
  for await (const event of run) events.push(event)
  const { L, summary } = await operation
  t.deepEqual(L.layout.shape, [130, 130])
  t.is(summary.tasks, events.filter((event) => event.type === 'task' && event.counted).length)
  t.true((await npw.verify('cholesky', { A: 'A', L: 'L' })).passed)
  const { data, shape } = await L.read([0, 4], [0, 4])
  t.deepEqual(shape, [4, 4])
  t.is(data[1], 0)
  t.is((await npw.resume(run.id)).summary.tasks, 0)
  t.true((await npw.trace(run.id)).traceEvents.length > 0)
  t.is((await npw.status(run.id)).state, 'done')
})

test('gemm with transposes and an addend, and both solves', async (t) => {
  const store = await temporaryFolder(t)
  await using npw = await connect({ store })
  await npw.generate('normal', 'A', { shape: [70, 50], tile: [32, 16] })
  await npw.generate('normal', 'B', { shape: [45, 70], tile: [16, 32], seed: 1 })
  await npw.generate('normal', 'C0', { shape: [50, 45], tile: [16, 16], seed: 2 })
  const options = { transposeA: true, transposeB: true, alpha: -2, beta: 0.5 }
  await npw.gemm('A', 'B', { ...options, C0: 'C0', out: 'C' })
  t.true((await npw.verify('gemm', { A: 'A', B: 'B', C: 'C', C0: 'C0' }, options)).passed)
  t.false((await npw.verify('gemm', { A: 'A', B: 'B', C: 'C', C0: 'C0' }, { ...options, alpha: 2 })).passed)
  await npw.generate('spd', 'S', { shape: [70, 70], tile: 32 })
  await npw.generate('normal', 'R', { shape: [70, 5], tile: [32, 5] })
  await npw.solve('S', 'R', { out: 'X' })
  t.true((await npw.verify('solve', { A: 'S', X: 'X', B: 'R' })).passed)
  t.false((await npw.verify('solve', { A: 'S', X: 'R', B: 'X' })).passed)
  const { L } = await npw.cholesky('S', { out: 'L' })
  for (const transposeA of [false, true]) {
    await npw.solve(L, 'R', { transposeA, out: 'Y', overwrite: true })
    t.true((await npw.verify('solve', { A: 'L', X: 'Y', B: 'R' }, { transposeA })).passed)
  }
})

test('a program in a template literal runs; a faulty one says where', async (t) => {
  const store = await temporaryFolder(t)
  await using npw = await connect({ store })
  await npw.generate('uniform', 'A', { shape: [20, 20], tile: 10 })
  const twice = lambdapack`
def twice(A: BigMatrix, B: BigMatrix, N: int):
    for i in range(0, N):
        for j in range(0, N):
            B[i, j] = scale(A[i, j], alpha=2)
`
  t.is([...twice.compile({ N: 2 }).tasks()].length, 4)
  const { B } = await npw.run(twice, { bind: { A: 'A', B: 'B' }, args: { N: 2 } })
  const [a, b] = [await (await npw.open('A')).read(), await B!.read()]
  t.deepEqual(
    b.data,
    a.data.map((value) => 2 * value),
  )
  const faulty = lambdapack`
def faulty(A: BigMatrix, B: BigMatrix):
    B[0, 0] = skale(A[0, 0])
`
  const error = t.throws(() => faulty.compile(), { instanceOf: InputError })
  t.regex(error?.message ?? '', /:3:15: error: unknown kernel 'skale'/)
})

test('bad settings are refused by name', async (t) => {
  const error = await t.throwsAsync(connect({ slots: 0 }))
  t.true(isNumpywrenError(error, 'InputError'))
  t.is(error?.message, 'slots must be a whole number from 1 to 1024, got 0')
})

test('a triangle of a matrix that holds more is solved with and judged alone; a matrix with its own transpose too', async (t) => {
  const store = await temporaryFolder(t)
  await using npw = await connect({ store })
  await npw.generate('spd', 'S', { shape: [50, 50], tile: 16 })
  await npw.generate('normal', 'b', { shape: [50, 2], tile: [16, 2] })
  for (const assume of ['lower', 'upper'] as const) {
    for (const transposeA of [false, true]) {
      await npw.solve('S', 'b', { assume, transposeA, out: 'y', overwrite: true })
      t.true(
        (await npw.verify('solve', { A: 'S', X: 'y', B: 'b' }, { assume, transposeA })).passed,
        `${assume} ${transposeA}`,
      )
      t.false((await npw.verify('solve', { A: 'S', X: 'y', B: 'b' }, { transposeA })).passed)
    }
  }
  await npw.generate('normal', 'A', { shape: [50, 50], tile: 16 })
  await npw.gemm('A', 'A', { transposeA: true, out: 'G' })
  t.true((await npw.verify('gemm', { A: 'A', B: 'A', C: 'G' }, { transposeA: true })).passed)
})

test('names with spaces, per cent signs and letters of all kinds', async (t) => {
  const store = await temporaryFolder(t)
  await using npw = await connect({ store })
  const { url } = await npw.generate('normal', 'sp ace/Ä%A', { shape: [6, 4] })
  t.is((await npw.open(url)).url, url)
  t.deepEqual(
    (await npw.list()).map(({ path }) => path),
    ['sp ace/Ä%A'],
  )
})
