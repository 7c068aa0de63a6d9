import { Resvg } from '@resvg/resvg-js'
import test from 'ava'
import { dagDot, dagSvg, dagSvgLimit, EmptyPictureError, PictureTooLargeError } from '../../src/report/index.ts'
import { choleskyDag, count } from './helpers/samples.ts'

test('draws every task with its loop variables and every edge', async (t) => {
  const dag = choleskyDag(4)
  const svg = await dagSvg(dag)
  t.is(count(svg, /class="node"/g), dag.tasks.length)
  t.is(count(svg, /class="edge"/g), dag.edges.length)
  t.true(svg.includes('>i=0 j=3 k=1<'))
  t.true(svg.includes('>Task graph of cholesky, N = 4<'))
  t.true(svg.includes(`>${dag.tasks.length} tasks, ${dag.edges.length} edges, critical path 10 tasks<`))
})

test('the legend has one square per kernel with its count, in the colour of its tasks', async (t) => {
  const svg = await dagSvg(choleskyDag(4))
  t.is(count(svg, /class="legend"/g), 4)
  t.true(svg.includes('>potrf (4)<') && svg.includes('>trsm (6)<') && svg.includes('>syrk (6)<'))
  const colours = [...svg.matchAll(/class="legend"[^>]*fill="(#[0-9A-F]{6})"/g)].map((match) => match[1]!)
  t.is(new Set(colours).size, 4)
  for (const colour of colours) t.true(count(svg, new RegExp(`fill="${colour}"`, 'gi')) > 1, colour)
})

test('the same graph gives the same bytes', async (t) => {
  t.is(await dagSvg(choleskyDag(5)), await dagSvg(choleskyDag(5)))
})

test('names with markup and quotes stay text', async (t) => {
  const nasty = 'a"<b>&\\N{x}|'
  const tasks = [{ id: nasty, kernel: nasty, vars: { [nasty]: 1 } }]
  const svg = await dagSvg({ program: nasty, args: { [nasty]: 2 }, tasks, edges: [], criticalPath: 1 })
  t.notThrows(() => new Resvg(svg, { font: { loadSystemFonts: false } }))
  t.false(svg.includes('<b>'))
  t.true(svg.includes('>Task graph of a&quot;&lt;b&gt;&amp;\\N{x}|'))
})

test('a graph above the limit is refused with both sizes and what to do', async (t) => {
  const tasks = Array.from({ length: dagSvgLimit.tasks + 1 }, (_, i) => ({ id: `${i}`, kernel: 'gemm', vars: { i } }))
  const error = await t.throwsAsync(dagSvg({ program: 'big', args: {}, tasks, edges: [], criticalPath: 1 }), {
    instanceOf: PictureTooLargeError,
  })
  t.is(
    error?.message,
    'the task graph of big has 3001 tasks and 0 edges, and a picture takes at most 3000 and 10000; ' +
      'use --format dot or json for the whole graph, or a smaller --arg',
  )
  t.is(error?.category, 'input')
})

test('a graph without tasks is refused', async (t) => {
  const empty = { program: 'none', args: {}, tasks: [], edges: [], criticalPath: 0 }
  await t.throwsAsync(dagSvg(empty), { instanceOf: EmptyPictureError })
})

test('DOT text names every task and edge', (t) => {
  const dag = choleskyDag(3)
  const dot = dagDot(dag)
  t.is(count(dot, / -> /g), dag.edges.length)
  t.is(count(dot, /label=/g), dag.tasks.length)
  t.true(dot.includes('"potrf:0" [label="potrf\\ni=0", fillcolor="#E69F00", fontcolor="#111111"]'))
})
