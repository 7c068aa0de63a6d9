import * as Plot from '@observablehq/plot'
import type { Drawing } from './figure.ts'
import { ink } from './palette.ts'
import { draw, marginBottom } from './panel.ts'

/** A row of marks under its own line of text, so that long names need no margin. */
export interface Row {
  readonly label: string
  readonly bars: readonly RowBar[]
  /** Single values. */
  readonly dots: readonly RowMark[]
  /** Upright strokes, such as a median. */
  readonly ticks: readonly RowMark[]
}

export interface RowBar {
  readonly from: number
  readonly to: number
  readonly colour: string
  readonly hint: string
  /** A third of the height: a range around what counts. */
  readonly isThin?: boolean
}

export interface RowMark {
  readonly at: number
  readonly colour: string
  readonly hint: string
}

export interface RowPanelOptions {
  readonly xLabel: string
  /** Of the axis; a logarithmic one must not begin at 0. */
  readonly domain: readonly [number, number]
  readonly scale?: 'linear' | 'log'
  readonly rows: readonly Row[]
}

const marginTop = 8
const rowHeight = 40
const labelAt = 0.24
const [top, bottom] = [0.44, 0.9]
const thin = 0.16

/** Rows of bars, dots and strokes over one axis, first row on top. */
export function rowPanel({ xLabel, domain, scale = 'linear', rows }: RowPanelOptions): Drawing {
  const bars = rows.flatMap((row, at) =>
    row.bars.map((bar) => {
      const inset = bar.isThin ? (bottom - top - thin) / 2 : 0
      return { ...bar, y1: at + top + inset, y2: at + bottom - inset }
    }),
  )
  const dots = rows.flatMap((row, at) => row.dots.map((dot) => ({ ...dot, y: at + (top + bottom) / 2 })))
  const ticks = rows.flatMap((row, at) =>
    row.ticks.map((tick) => ({ ...tick, y1: at + top - 0.04, y2: at + bottom + 0.04 })),
  )
  const labels = {
    x: domain[0],
    y: (_: Row, at: number) => at + labelAt,
    text: 'label',
    textAnchor: 'start',
    dx: 4,
  } as const
  return draw(marginTop + marginBottom + rows.length * rowHeight, {
    marginLeft: 24,
    marginTop,
    x: {
      label: xLabel,
      type: scale,
      domain,
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
      ...(scale === 'log' ? { tickFormat: ',~r', ticks: 6 } : {}),
    },
    y: { domain: [0, rows.length], reverse: true, ticks: [], label: null },
    marks: [
      Plot.rect(bars, { x1: 'from', x2: 'to', y1: 'y1', y2: 'y2', fill: 'colour', title: 'hint' }),
      Plot.ruleX(ticks, { x: 'at', y1: 'y1', y2: 'y2', stroke: 'colour', strokeWidth: 2.5, title: 'hint' }),
      Plot.dot(dots, { x: 'at', y: 'y', fill: 'colour', stroke: '#ffffff', r: 5, title: 'hint' }),
      // Not every viewer paints the stroke of a letter below its fill.
      Plot.text(rows, { ...labels, fill: '#ffffff', stroke: '#ffffff', strokeWidth: 4, ariaHidden: 'true' }),
      Plot.text(rows, { ...labels, fill: ink.text }),
      Plot.ruleY([rows.length]),
    ],
  })
}
