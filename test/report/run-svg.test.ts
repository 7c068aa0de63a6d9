import { Resvg } from '@resvg/resvg-js'
import test from 'ava'
import { EmptyPictureError, maxLaneTasks, runSvg } from '../../src/report/index.ts'
import { runningKernels, workingSetMiB } from '../../src/report/run-series.ts'
import { count, profile, records } from './helpers/samples.ts'

const bars = /<rect [^>]*><title>/g

test('has a bar for every task and a lane for every slot', (t) => {
  const tasks = records(40)
  const svg = runSvg({ measured: { title: 'cholesky', tasks, slots: 2 } })
  t.is(count(svg, bars), 40)
  t.true(svg.includes('>slot 0<') && svg.includes('>slot 1<') && svg.includes('>2 slots<'))
  t.true(svg.includes('40 tasks in 0.2 s on 2 slots; kernels ran for 0.24 core-seconds, 60 % of the slots&#39; time'))
  t.true(svg.includes('peak working set 3 MiB'))
  t.false(svg.includes('theor'))
  t.notThrows(() => new Resvg(svg, { font: { loadSystemFonts: false } }))
})

test('theory stands beside it when given', (t) => {
  const theoretical = { profile: profile(), tileBytes: 2 ** 20 }
  const svg = runSvg({ measured: { title: 'cholesky', tasks: records(40), slots: 2 }, theoretical })
  t.true(svg.includes('>available parallelism in theory (tasks)<'))
  t.true(svg.includes('In theory: critical path 10 tasks, peak parallelism 6 tasks, peak working set 10 tiles'))
  t.is(count(svg, /aria-label="area"/g), 3)
  t.is(count(svg, /aria-label="line"/g), 4)
})

test('lanes of several workers carry their names, long ones shortened', (t) => {
  const workers = ['w1', 'worker-with-a-very-long-name-7']
  const svg = runSvg({ measured: { title: 'gemm', tasks: records(40, workers), slots: 4 } })
  t.true(svg.includes('>w1 slot 1<'))
  t.true(svg.includes('>…ery-long-name-7 slot 0<'))
})

test('a long run has no lanes, says so, and stays small', (t) => {
  const svg = runSvg({ measured: { title: 'gemm', tasks: records(maxLaneTasks + 1), slots: 2 } })
  t.is(count(svg, bars), 0)
  t.true(svg.includes('Slots are drawn for runs of at most 5,000 tasks.'))
  t.true(svg.length < 500_000)
})

test('kernel names with markup stay text', (t) => {
  const svg = runSvg({ measured: { title: '"<&>', tasks: records(4, ['<w>'], '<k&"'), slots: 2 } })
  t.notThrows(() => new Resvg(svg, { font: { loadSystemFonts: false } }))
  t.false(svg.includes('<k'))
})

test('a run of one task on one slot is drawn', (t) => {
  const svg = runSvg({ measured: { title: 'gemm', tasks: records(1), slots: 1 } })
  t.true(svg.includes('>1 task in 0.01 s on 1 slot; kernels ran for 0.006 core-seconds, 60 %'))
  t.is(count(svg, bars), 1)
  t.false(svg.includes('NaN'))
})

test('a run without finished tasks is refused', (t) => {
  t.throws(() => runSvg({ measured: { title: 'x', tasks: [], slots: 2 } }), { instanceOf: EmptyPictureError })
})

test('running kernels count starts and ends, and thinning keeps the area', (t) => {
  const few = records(4)
  t.deepEqual(runningKernels(few, 1_000_000, 1_000_020), [
    { time: 0, value: 0 },
    { time: 0.002, value: 2 },
    { time: 0.008, value: 0 },
    { time: 0.012, value: 2 },
    { time: 0.018, value: 0 },
  ])
  const many = records(4000)
  const end = 20
  const points = runningKernels(many, 1_000_000, 1_000_000 + end * 1000)
  t.true(points.length <= 1500)
  const area = points.reduce((sum, { time, value }, at) => sum + value * ((points[at + 1]?.time ?? end) - time), 0)
  t.true(Math.abs(area - 4000 * 0.006) < 1e-6, String(area))
})

test('the working set is the sum over workers', (t) => {
  const points = workingSetMiB(records(8, ['a', 'b']), 1_000_000, 1_000_020)
  t.is(points.at(-1)?.value, 6)
  t.is(Math.max(...workingSetMiB(records(4000), 1_000_000, 1_020_000).map((point) => point.value)), 3)
})
