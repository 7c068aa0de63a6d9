import { Resvg } from '@resvg/resvg-js'
import test from 'ava'
import { EmptyPictureError, profileSvg } from '../../src/report/index.ts'
import { count, profile } from './helpers/samples.ts'

test('shows both curves, their units and the totals', (t) => {
  const svg = profileSvg(profile())
  t.true(svg.includes('>Theoretical profile of cholesky, N = 4<'))
  t.true(svg.includes('20 tasks, critical path 10 tasks, peak parallelism 6 tasks, peak working set 10 tiles'))
  t.true(svg.includes('>available parallelism (tasks)<'))
  t.true(svg.includes('>required working set (tiles)<'))
  t.is(count(svg, /aria-label="area"/g), 2)
  t.notThrows(() => new Resvg(svg, { font: { loadSystemFonts: false } }))
})

test('the curve steps through every point and ends with the last', (t) => {
  const svg = profileSvg(profile())
  const line = /aria-label="line"[^>]*>\s*<path d="([^"]+)"/.exec(svg)?.[1] ?? ''
  const corners = line.slice(1).split('L')
  // Each change of time is two corners: along, then up or down.
  t.is(corners.length, 2 * profile().points.length + 1)
  t.is(corners.at(-1)?.split(',')[0], '856')
})

test('a profile on so many workers says so', (t) => {
  const svg = profileSvg({ ...profile(), workers: 2, work: 31, makespan: 17 })
  t.true(svg.includes('peak working set 10 tiles; 2 workers'))
  t.true(svg.includes('>running tasks<') && svg.includes('>time (in the unit of the task durations)<'))
})

test('the same profile gives the same bytes', (t) => {
  t.is(profileSvg(profile()), profileSvg(profile()))
})

test('a program name with markup stays text', (t) => {
  const svg = profileSvg(profile('<script>&\u0001'))
  t.false(svg.includes('<script'))
  t.notThrows(() => new Resvg(svg, { font: { loadSystemFonts: false } }))
})

test('a profile without tasks is refused', (t) => {
  t.throws(() => profileSvg({ ...profile(), points: [] }), { instanceOf: EmptyPictureError })
})
