import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import test from 'ava'
import { blasInfo, gemm, potrf, setComputeThreads } from '../../src/kernels/index.ts'
import { makeTile, randomTile, sameBits, spdTile } from './helpers/tiles.ts'

test.serial('many calls at once give the bits of one call alone', async (t) => {
  const a = spdTile(150, 1)
  const b = randomTile(150, 90, 2)
  const product = (): ReturnType<typeof makeTile> => makeTile(150, 90, () => 0)
  const alone = product()
  await gemm(alone, a, b)
  const factor = spdTile(150, 1)
  await potrf(factor)
  const tiles = Array.from({ length: 40 }, () => ({ c: product(), l: spdTile(150, 1) }))
  await Promise.all(tiles.flatMap(({ c, l }) => [gemm(c, a, b), potrf(l)]))
  t.true(tiles.every(({ c, l }) => sameBits(c, alone) && sameBits(l, factor)))
})

test.serial('the number of compute threads can change while kernels run', async (t) => {
  const before = blasInfo().threads
  const a = randomTile(200, 200, 1)
  const calls: Promise<void>[] = []
  for (const threads of [1, 4, 2, 1, 3]) {
    for (let i = 0; i < 6; i++)
      calls.push(
        gemm(
          makeTile(200, 200, () => 0),
          a,
          a,
        ),
      )
    setComputeThreads(threads)
    t.is(blasInfo().threads, threads)
  }
  await Promise.all(calls)
  setComputeThreads(before)
})

test.serial('file input and output does not queue behind kernels', async (t) => {
  const before = blasInfo().threads
  setComputeThreads(1)
  const a = randomTile(400, 400, 1)
  let done = 0
  const calls = Array.from({ length: 100 }, () =>
    gemm(
      makeTile(400, 400, () => 0),
      a,
      a,
    ).then(() => done++),
  )
  await stat(new URL(import.meta.url))
  t.true(done < calls.length, 'a file operation is through while kernels wait')
  await Promise.all(calls)
  setComputeThreads(before)
})

const program = `
  const { parentPort, workerData } = await import('node:worker_threads')
  const { gemm } = await import(workerData.kernels)
  const n = 120
  const a = { data: Float64Array.from({ length: n * n }, (_, i) => Math.sin(i)), rows: n, cols: n, ld: n }
  const calls = Array.from({ length: workerData.calls }, async () => {
    const c = { data: new Float64Array(n * n), rows: n, cols: n, ld: n }
    await gemm(c, a, a)
    return c.data.reduce((sum, x) => sum + x, 0)
  })
  if (workerData.leave) process.exit(0)
  parentPort.postMessage(await Promise.all(calls))
`

function runThread(calls: number, leave: boolean): Promise<{ sums: number[]; code: number }> {
  const kernels = new URL('../../src/kernels/index.ts', import.meta.url).href
  const source = new URL(`data:text/javascript,${encodeURIComponent(program)}`)
  const worker = new Worker(source, { workerData: { kernels, calls, leave } })
  let sums: number[] = []
  worker.on('message', (message) => {
    sums = message
  })
  return new Promise((resolve, reject) => {
    worker.on('error', reject)
    worker.on('exit', (code) => resolve({ sums, code }))
  })
}

test.serial('the addon serves several worker threads, one after the other and at once', async (t) => {
  for (let round = 0; round < 2; round++) {
    const results = await Promise.all([1, 2, 3].map(() => runThread(8, false)))
    const sums = results.flatMap((result) => result.sums)
    t.is(sums.length, 24)
    t.is(new Set(sums).size, 1)
  }
})

test.serial('a worker thread may end with kernels queued and running', async (t) => {
  const results = await Promise.all(Array.from({ length: 4 }, () => runThread(60, true)))
  t.true(results.every(({ code }) => code === 0))
  const c = makeTile(50, 50, () => 0)
  await gemm(c, randomTile(50, 50, 1), randomTile(50, 50, 2))
  t.pass('the pool still works')
})
