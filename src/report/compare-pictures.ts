/** The pictures of a comparison. Every title and row names the provider by its label, which says what was emulated. */

import type { ComparedProvider, ComparedRun, Comparison, Distribution, RunTimeline } from './compare-data.ts'
import { median, runName, significant } from './compare-format.ts'
import { isDone } from './compare-rows.ts'
import { figure } from './figure.ts'
import { ink, partColours, startColours } from './palette.ts'
import { type StepPoint, stepPanel } from './panel.ts'
import { type Row, rowPanel } from './row-panel.ts'

/** A picture with a name for files and headings. */
export interface ComparisonPicture {
  readonly name: string
  readonly title: string
  /** A complete SVG document. */
  readonly svg: string
}

/** Completion times, starts, the split of the tasks' time, and each provider's workers over time; those that there is something to draw for. */
export function comparisonPictures(comparison: Comparison): readonly ComparisonPicture[] {
  const ran = comparison.providers.filter(({ runs }) => runs.length > 0)
  const marks = marksOf(ran)
  return [completion(ran, marks), starts(ran, marks), split(ran, marks), ...workers(ran)].filter(
    (picture) => picture !== undefined,
  )
}

function completion(providers: readonly ComparedProvider[], marks: string): ComparisonPicture | undefined {
  const rows = providers.flatMap(({ label, runs }): Row[] => {
    const done = runs.filter(isDone)
    if (done.length === 0) return []
    const times = done.map((run) => run.completionSeconds)
    const [least, middle, most] = [Math.min(...times), median(times), Math.max(...times)]
    const colour = ink.measured
    return [
      {
        label: `${label}: ${significant(middle)} s (${significant(least)} to ${significant(most)})`,
        bars: [{ from: least, to: most, colour: '#BBBBBB', hint: `${label}: least to most`, isThin: true }],
        dots: done.map(({ repeat, completionSeconds: at }) => ({
          at,
          colour,
          hint: `${runName(label, repeat)}: ${significant(at)} s`,
        })),
        ticks: [{ at: middle, colour: ink.theoretical, hint: `${label}: median ${significant(middle)} s` }],
      },
    ]
  })
  if (rows.length === 0) return undefined
  const title = `Completion time${marks}`
  return picture('completion', title, {
    notes: ['One dot for each run, a bar from the fastest to the slowest, a stroke at the median.'],
    legend: [
      { label: 'run', colour: ink.measured },
      { label: 'median', colour: ink.theoretical },
    ],
    drawings: [rowPanel({ xLabel: 'seconds', domain: [0, 1.03 * most(rows)], rows })],
  })
}

function starts(providers: readonly ComparedProvider[], marks: string): ComparisonPicture | undefined {
  const rows = eachRun(providers, (label, { measures, repeat }) =>
    (['cold', 'warm'] as const).flatMap((kind) => {
      const distribution = measures.starts[`${kind}Ms`]
      return distribution.count === 0 ? [] : [startRow(runName(label, repeat), kind, distribution)]
    }),
  )
  if (rows.length === 0) return undefined
  const least = Math.min(...rows.flatMap((row) => row.bars.map((bar) => bar.from)))
  return picture('starts', `Cold and warm starts${marks}`, {
    notes: [
      'From the call until the function has it: a line from the fastest to the slowest, a box for the middle half, a stroke at the median.',
    ],
    legend: [
      { label: 'cold: a sandbox is started', colour: startColours.cold },
      { label: 'warm', colour: startColours.warm },
    ],
    drawings: [rowPanel({ xLabel: 'milliseconds', domain: [least / 1.3, 1.3 * most(rows)], scale: 'log', rows })],
  })
}

/** Shorter than this is not told apart, for an axis of logarithms. */
const leastMs = 0.1

function startRow(name: string, kind: 'cold' | 'warm', distribution: Distribution): Row {
  const colour = startColours[kind]
  const of = (value: number): number => Math.max(value, leastMs)
  const { count, least, p25, p50, p75, most } = distribution
  const hint = `${name}, ${kind}: median ${significant(p50)} ms, middle half ${significant(p25)} to ${significant(p75)} ms, all ${significant(least)} to ${significant(most)} ms`
  return {
    label: `${name}: ${count} ${kind}, median ${significant(p50)} ms`,
    bars: [
      // A box needs a width where all values are one.
      { from: of(least), to: of(most) * 1.005, colour, hint, isThin: true },
      { from: of(p25), to: of(p75) * 1.005, colour, hint },
    ],
    dots: [],
    ticks: [{ at: of(p50), colour: ink.text, hint }],
  }
}

function split(providers: readonly ComparedProvider[], marks: string): ComparisonPicture | undefined {
  const parts = Object.keys(partColours) as (keyof typeof partColours)[]
  const rows = eachRun(providers, (label, { measures, repeat }) => {
    const name = runName(label, repeat)
    let from = 0
    const bars = parts.map((part) => {
      const taken = measures.split[part]
      from += taken
      return {
        from: from - taken,
        to: from,
        colour: partColours[part],
        hint: `${name}, ${part}: ${significant(taken)} s`,
      }
    })
    return [{ label: `${name}: ${significant(from)} s`, bars, dots: [], ticks: [] }]
  })
  if (most(rows) === 0) return undefined
  return picture('split', `Where the time of the tasks went${marks}`, {
    notes: [
      'Summed over tasks, which overlap within a worker. Lease: calls on their way, starts included; wait: every slot is busy.',
    ],
    legend: parts.map((part) => ({ label: part, colour: partColours[part] })),
    drawings: [rowPanel({ xLabel: 'seconds of tasks', domain: [0, most(rows)], rows })],
  })
}

const runPanelHeight = 150

/** One picture a provider; all on the same axes. */
function workers(providers: readonly ComparedProvider[]): ComparisonPicture[] {
  const timelines = providers.flatMap(({ runs }) => runs.map(({ measures }) => measures.timeline))
  const end = Math.max(1e-3, ...timelines.map(({ spanSeconds, kernels }) => spanSeconds * kernels.length))
  const top = Math.max(1, ...timelines.flatMap((timeline) => [...withStarting(timeline), ...timeline.kernels]))
  return providers.flatMap(({ provider, label, runs }) => {
    const panels = runs.filter(({ measures }) => measures.timeline.kernels.length > 0)
    if (panels.length === 0) return []
    return [
      picture(`workers-${provider}`, `Workers over time: ${label}`, {
        notes: ['Means over short spans of time; the axes are those of all providers.'],
        legend: [
          { label: 'workers', colour: ink.theoretical },
          { label: 'with those that start', colour: partColours.lease },
          { label: 'kernels that run', colour: ink.measured, mark: 'curve' },
        ],
        drawings: panels.map(({ repeat, measures: { timeline } }) =>
          stepPanel({
            xLabel: 'seconds',
            yLabel: `repeat ${repeat}`,
            end,
            top,
            height: runPanelHeight,
            whole: true,
            series: [
              { points: points(timeline.kernels, timeline.spanSeconds), colour: ink.measured, mark: 'fill' },
              {
                points: points(withStarting(timeline), timeline.spanSeconds),
                colour: partColours.lease,
                mark: 'line',
              },
              { points: points(timeline.workers, timeline.spanSeconds), colour: ink.theoretical, mark: 'line' },
            ],
          }),
        ),
      }),
    ]
  })
}

function withStarting({ workers, starting }: RunTimeline): number[] {
  return workers.map((count, at) => count + (starting[at] ?? 0))
}

/** Values of equal spans as steps that end at zero. */
function points(values: readonly number[], span: number): StepPoint[] {
  return [...values.map((value, at) => ({ time: at * span, value })), { time: values.length * span, value: 0 }]
}

function picture(name: string, title: string, parts: Omit<Parameters<typeof figure>[0], 'title'>): ComparisonPicture {
  return { name, title, svg: figure({ title, ...parts }) }
}

function eachRun(
  providers: readonly ComparedProvider[],
  rowsOf: (label: string, run: ComparedRun) => readonly Row[],
): readonly Row[] {
  return providers.flatMap(({ label, runs }) => runs.flatMap((run) => rowsOf(label, run)))
}

function most(rows: readonly Row[]): number {
  return rows.reduce((largest, { bars }) => bars.reduce((a, bar) => Math.max(a, bar.to), largest), 0)
}

/** For titles of pictures of several providers: which of them are emulated. */
function marksOf(providers: readonly ComparedProvider[]): string {
  const emulated = providers.filter(
    ({ emulatedBy, storeEmulatedBy }) => emulatedBy !== undefined || storeEmulatedBy !== undefined,
  )
  if (emulated.length === 0) return ''
  if (emulated.length === providers.length) return ' (emulated)'
  return ` (emulated: ${emulated.map(({ provider }) => provider).join(', ')})`
}
