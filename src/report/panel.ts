import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { Drawing } from './figure.ts'
import { fontFamily, textWidth } from './figure.ts'
import { ink } from './palette.ts'

/** A value that holds from `time` until the next point. */
export interface StepPoint {
  readonly time: number
  readonly value: number
}

export interface StepPanelOptions {
  readonly xLabel: string
  readonly yLabel: string
  readonly end: number
  readonly series: readonly StepSeries[]
  /** A horizontal dashed line with its name, such as the number of slots. */
  readonly limit?: { readonly value: number; readonly label: string }
  /** Ticks at whole numbers only. */
  readonly whole?: boolean
  /** Numbers on the time axis. @default true */
  readonly xTicks?: boolean
  /** Room for labels to the left of the frame in px. @default 72 */
  readonly marginLeft?: number
  /** In px. @default 210 */
  readonly height?: number
  /** The largest value on the axis at least, so that panels compare. @default that of the series */
  readonly top?: number
}

export interface StepSeries {
  readonly points: readonly StepPoint[]
  readonly colour: string
  /** Filled down to zero, or a line alone. */
  readonly mark: 'fill' | 'line'
}

export interface LanePanelOptions {
  readonly xLabel: string
  readonly end: number
  /** Names of the lanes, top to bottom. */
  readonly lanes: readonly string[]
  readonly bars: readonly LaneBar[]
  readonly yLabel: string
  /** From {@link laneMargin}. */
  readonly marginLeft: number
}

export interface LaneBar {
  readonly lane: number
  readonly start: number
  readonly end: number
  readonly colour: string
  readonly hint: string
}

const width = 880
const stepHeight = 210
const laneHeight = 26
const marginLeft = 72
const marginRight = 24
const marginTop = 28
/** Room below the frame for the axis and its label, in px. */
export const marginBottom = 42
const fontSize = 12
/** Outlines of more points than this are thin, or they would hide the areas. */
const mostBoldPoints = 120
/** With more lanes their names would overlap, and are left out. */
const mostLaneNames = 32

/** Step curves over time in one frame; zero is always on the axis. */
export function stepPanel(options: StepPanelOptions): Drawing {
  const marks: Plot.Markish[] = []
  for (const { points, colour, mark } of options.series) {
    const data = closed(points, options.end)
    if (mark === 'fill') {
      marks.push(Plot.areaY(data, { x: 'time', y: 'value', curve: 'step-after', fill: colour, fillOpacity: 0.35 }))
      const strokeWidth = data.length > mostBoldPoints ? 0.6 : 1.3
      marks.push(Plot.lineY(data, { x: 'time', y: 'value', curve: 'step-after', stroke: colour, strokeWidth }))
    } else {
      marks.push(Plot.lineY(data, { x: 'time', y: 'value', curve: 'step-after', stroke: colour, strokeWidth: 2 }))
    }
  }
  const values = options.series.flatMap((series) => series.points.map((point) => point.value))
  let top = Math.max(
    options.top ?? 0,
    ...(options.limit ? [options.limit.value] : []),
    values.reduce((a, b) => Math.max(a, b), 0),
  )
  if (top === 0) top = 1
  if (options.limit) {
    const { value, label } = options.limit
    marks.push(Plot.ruleY([value], { stroke: ink.quiet, strokeDasharray: '2 3' }))
    marks.push(
      Plot.text([label], {
        x: options.end,
        y: value,
        text: (d: string) => d,
        dy: -8,
        textAnchor: 'end',
        fill: ink.quiet,
      }),
    )
  }
  const ticks = options.whole ? wholeTicks(top) : 5
  const bare = options.xTicks === false
  const height = options.height ?? stepHeight
  return draw(bare ? height - 14 : height, {
    marginLeft: options.marginLeft ?? marginLeft,
    marginBottom: bare ? marginBottom - 14 : marginBottom,
    x: { ...time(options), ...(bare ? { ticks: [] } : {}) },
    y: { label: options.yLabel, domain: [0, top * 1.06], ticks, tickFormat: ',~r', grid: true, labelArrow: 'none' },
    marks: [...marks, Plot.ruleY([0])],
  })
}

/** One lane of bars per slot, first lane on top. */
export function lanePanel(options: LanePanelOptions): Drawing {
  const bars = options.bars.map((bar) => ({ ...bar, top: bar.lane + 0.12, bottom: bar.lane + 0.88 }))
  const shown = options.lanes.length <= mostLaneNames ? options.lanes : []
  return draw(marginTop + marginBottom + Math.min(20, options.lanes.length) * laneHeight, {
    marginLeft: options.marginLeft,
    x: time(options),
    y: { domain: [0, options.lanes.length], reverse: true, ticks: [], label: options.yLabel, labelArrow: 'none' },
    marks: [
      Plot.rect(bars, {
        x1: 'start',
        x2: 'end',
        y1: 'top',
        y2: 'bottom',
        fill: (bar: LaneBar) => bar.colour,
        title: 'hint',
      }),
      Plot.text(shown, {
        x: 0,
        y: (_: string, at: number) => at + 0.5,
        text: (lane: string) => lane,
        textAnchor: 'end',
        dx: -8,
      }),
      Plot.ruleY([options.lanes.length]),
    ],
  })
}

function time({ xLabel, end }: { readonly xLabel: string; readonly end: number }): Plot.ScaleOptions {
  return { label: xLabel, domain: [0, end], labelAnchor: 'center', labelArrow: 'none' }
}

/** Room that names of lanes need to the left of the frame, in px; all panels of a figure share it so that their times align. */
export function laneMargin(lanes: readonly string[]): number {
  const names = lanes.length <= mostLaneNames ? lanes : []
  return Math.ceil(names.reduce((most, name) => Math.max(most, textWidth(name, fontSize) + 16), marginLeft))
}

/** The last value holds until the end. */
function closed(points: readonly StepPoint[], end: number): StepPoint[] {
  const last = points.at(-1)
  return last === undefined ? [] : [...points, { time: end, value: last.value }]
}

/** At most six ticks at whole numbers from 0 to `top`, a 1-2-5 step apart. */
function wholeTicks(top: number): number[] {
  let step = 1
  for (let at = 0; top / step > 6; at++) step *= at % 3 === 1 ? 2.5 : 2
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, at) => at * step)
}

/** A plot in the fonts and margins of all panels. @param height in px, margins included */
export function draw(height: number, options: Plot.PlotOptions): Drawing {
  const { document } = parseHTML('<html><body></body></html>')
  const plot = Plot.plot({
    document,
    width,
    height,
    marginLeft,
    marginRight,
    marginTop,
    marginBottom,
    ...options,
  })
  for (const style of plot.querySelectorAll('style')) style.remove()
  plot.removeAttribute('class')
  plot.setAttribute('font-family', fontFamily)
  plot.setAttribute('font-size', String(fontSize))
  plot.setAttribute('color', ink.text)
  return { svg: plot.outerHTML, width, height }
}
