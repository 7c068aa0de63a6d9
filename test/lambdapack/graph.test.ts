import { readFileSync } from 'node:fs'
import test from 'ava'
import { CompileError, criticalPathLengths, dag, profile, taskId } from '../../src/lambdapack/index.ts'
import { compileText } from './helpers/compile-text.ts'
import { qr, tsqr } from './helpers/factorizations.ts'

const cholesky = readFileSync(new URL('../../src/lambdapack/programs/cholesky.lp', import.meta.url), 'utf8')

/** Tasks of a Cholesky of N x N tiles: N potrf, N (N - 1) / 2 trsm, N (N - 1) (N + 1) / 6 syrk. */
const choleskyTasks = (n: number): number => n + (n * (n - 1)) / 2 + (n * (n - 1) * (n + 1)) / 6

test('dag is the whole graph as plain data', (t) => {
  const graph = dag(compileText(cholesky, { N: 2 }))
  t.deepEqual(JSON.parse(JSON.stringify(graph)), {
    program: 'cholesky',
    args: { N: 2, truncate: 0 },
    tasks: [
      {
        id: '0:0',
        statement: 0,
        vars: { i: 0 },
        kernel: 'potrf',
        reads: [{ matrix: 'A', index: [0, 0] }],
        writes: [{ matrix: 'L', index: [0, 0] }],
      },
      {
        id: '1:1',
        statement: 1,
        vars: { i: 1 },
        kernel: 'potrf',
        reads: [{ matrix: 'S', index: [1, 1, 1] }],
        writes: [{ matrix: 'L', index: [1, 1] }],
      },
      {
        id: '2:0,1',
        statement: 2,
        vars: { i: 0, j: 1 },
        kernel: 'trsm',
        reads: [
          { matrix: 'L', index: [0, 0] },
          { matrix: 'A', index: [1, 0] },
        ],
        writes: [{ matrix: 'L', index: [1, 0] }],
      },
      {
        id: '4:0,1,1',
        statement: 4,
        vars: { i: 0, j: 1, k: 1 },
        kernel: 'syrk',
        reads: [
          { matrix: 'A', index: [1, 1] },
          { matrix: 'L', index: [1, 0] },
          { matrix: 'L', index: [1, 0] },
        ],
        writes: [{ matrix: 'S', index: [1, 1, 1] }],
      },
    ],
    edges: [
      ['0:0', '2:0,1'],
      ['2:0,1', '4:0,1,1'],
      ['4:0,1,1', '1:1'],
    ],
    starters: ['0:0'],
    terminators: ['1:1'],
    criticalPath: 4,
  })
})

test('dag agrees with the analysis on edges, starters and terminators', (t) => {
  for (const [text, args] of [
    [cholesky, { N: 5 }],
    [qr, { N: 4, depth: 3 }],
  ] as const) {
    const compiled = compileText(text, args)
    const graph = dag(compiled)
    const edges = [...compiled.tasks()].flatMap((task) =>
      compiled.childrenOf(task).map((child) => `${taskId(task)} ${taskId(child)}`),
    )
    t.deepEqual(graph.edges.map(([from, to]) => `${from} ${to}`).sort(), edges.sort())
    t.deepEqual(graph.starters, [...compiled.starters()].map(taskId))
    t.deepEqual(graph.terminators, [...compiled.terminators()].map(taskId))
  }
})

test('absent operands are no reads', (t) => {
  const graph = dag(compileText(tsqr, { N: 3 }))
  const lonely = graph.tasks.filter((task) => task.id === '1:0,2')
  t.deepEqual(
    lonely.map(({ id, reads }) => ({ id, reads })),
    [{ id: '1:0,2', reads: [{ matrix: 'R', index: [2, 0] }] }],
  )
})

test('a program without tasks is an empty graph', (t) => {
  const compiled = compileText(cholesky, { N: 0 })
  t.deepEqual(
    { ...dag(compiled), args: {} },
    {
      program: 'cholesky',
      args: {},
      tasks: [],
      edges: [],
      starters: [],
      terminators: [],
      criticalPath: 0,
    },
  )
  t.deepEqual(profile(compiled).points, [])
})

test('tasks that wait for each other are refused', (t) => {
  const circle = 'def p(A: BigMatrix, B: BigMatrix):\n    A[0] = f(B[0])\n    B[0] = f(A[0])\n'
  t.throws(() => dag(compileText(circle)), { instanceOf: CompileError, message: /2 tasks wait for each other/ })
})

test('critical path lengths count down along the longest path', (t) => {
  const compiled = compileText(cholesky, { N: 6 })
  const lengths = criticalPathLengths(compiled)
  t.is(lengths?.size, choleskyTasks(6))
  // potrf, trsm, syrk for every column but the last.
  t.is(lengths?.get('0:0'), 3 * 5 + 1)
  t.is(lengths?.get('1:5'), 1)
  for (const task of compiled.tasks()) {
    const below = compiled.childrenOf(task).map((child) => lengths?.get(taskId(child)) ?? 0)
    t.is(lengths?.get(taskId(task)), 1 + Math.max(0, ...below))
  }
  const weighted = criticalPathLengths(compiled, { weight: ({ kernel }) => (kernel === 'syrk' ? 2 : 0.5) })
  t.is(weighted?.get('0:0'), 5 * (0.5 + 0.5 + 2) + 0.5)
  t.is(criticalPathLengths(compiled, { limit: choleskyTasks(6) - 1 }), undefined)
  t.is(criticalPathLengths(compiled, { limit: choleskyTasks(6) })?.size, choleskyTasks(6))
})

test('the profile of Cholesky: parallelism rises with the first column and falls with the matrix', (t) => {
  const n = 8
  const result = profile(compileText(cholesky, { N: n }), { tileBytes: 8 })
  t.is(result.tasks, choleskyTasks(n))
  t.is(result.criticalPath, 3 * n - 2)
  t.is(result.makespan, 3 * n - 2)
  t.deepEqual(
    result.points.slice(0, 3).map((point) => point.parallelism),
    [1, n - 1, (n * (n - 1)) / 2],
  )
  t.is(result.peakParallelism, (n * (n - 1)) / 2)
  const area = result.points.reduce((sum, { parallelism, time }, k) => {
    return sum + parallelism * ((result.points[k + 1]?.time ?? time) - time)
  }, 0)
  t.is(area, result.work)
  const last = result.points.at(-1)
  t.deepEqual(last, { time: 3 * n - 2, parallelism: 0, workingSetTiles: 0, workingSetBytes: 0 })
  // The first potrf reads A[0,0] and writes L[0,0].
  t.is(result.points[0]?.workingSetTiles, 2)
  t.is(result.points[0]?.workingSetBytes, 16)
})

test('with few workers never more tasks run, and one worker takes all the work', (t) => {
  const compiled = compileText(cholesky, { N: 6 })
  const duration = ({ kernel }: { readonly kernel: string }): number => (kernel === 'potrf' ? 1 : 3)
  const free = profile(compiled, { duration })
  for (const workers of [1, 2, 3]) {
    const bounded = profile(compiled, { duration, workers })
    t.true(bounded.peakParallelism <= workers)
    t.is(bounded.work, free.work)
    t.true(bounded.makespan >= Math.max(free.makespan, free.work / workers))
    // Graham's bound for list schedules.
    t.true(bounded.makespan <= free.criticalTime + free.work / workers)
  }
  t.is(profile(compiled, { duration, workers: 1 }).makespan, free.work)
})

test('long profiles are averaged and keep their area', (t) => {
  const compiled = compileText(cholesky, { N: 10 })
  const result = profile(compiled, { workers: 2, samples: 20 })
  t.is(result.points.length, 20)
  const width = result.points[1]!.time
  const area = result.points.reduce((sum, { parallelism }) => sum + parallelism * width, 0)
  t.true(Math.abs(area - result.work) < 1e-6 * result.work)
})
