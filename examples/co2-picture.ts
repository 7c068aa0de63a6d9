// The record, the mean and the band of a Gaussian process, and its forecast: the whole of it, and the end drawn larger.

import * as Plot from '@observablehq/plot'
import type { Observation } from './co2-record.ts'
import { colours, type Panel, panel, sheet } from './picture.ts'

/** Mean and standard deviation of a measurement at a time. */
export interface Prediction {
  readonly year: number
  readonly mean: number
  readonly sigma: number
}

export function co2Picture(record: readonly Observation[], predictions: readonly Prediction[]): string {
  const first = Math.floor(record[0]?.year ?? 0)
  const last = predictions.at(-1)?.year ?? 0
  return sheet(
    'Atmospheric CO\u2082 at Mauna Loa, and a forecast of ten years',
    `Gaussian process with trend, yearly cycle, irregularities and noise; ${record.length.toLocaleString('en-US')} weekly means (Keeling and Whorf 2004)`,
    [
      { label: 'weekly value, measured', colour: colours.dots, mark: 'dot' },
      { label: 'mean given all of them', colour: colours.blue, mark: 'line' },
      { label: 'mean, forecast', colour: colours.orange, mark: 'line' },
      { label: 'mean \u00b1 2\u03c3 of a weekly value', colour: colours.orange, mark: 'band' },
    ],
    [
      view(record, predictions, { from: first, to: last, height: 330, dot: 1.2, line: 1 }),
      view(record, predictions, { from: 1996, to: last, height: 330, dot: 2.2, line: 1.5 }),
    ],
  )
}

interface View {
  readonly from: number
  readonly to: number
  readonly height: number
  readonly dot: number
  readonly line: number
}

function view(all: readonly Observation[], predictions: readonly Prediction[], of: View): Panel {
  const isShown = ({ year }: { readonly year: number }) => year >= of.from && year <= of.to
  const record = all.filter(isShown)
  const end = record.at(-1)?.year ?? of.to
  const shown = predictions.filter(isShown)
  const band = { x: 'year', y1: (p: Prediction) => p.mean - 2 * p.sigma, y2: (p: Prediction) => p.mean + 2 * p.sigma }
  const marks = [
    { part: shown.filter(({ year }) => year <= end), colour: colours.blue },
    { part: shown.filter(({ year }) => year > end), colour: colours.orange },
  ].flatMap(({ part, colour }) => [
    Plot.areaY(part, { ...band, fill: colour, fillOpacity: 0.25 }),
    Plot.lineY(part, { x: 'year', y: 'mean', stroke: colour, strokeWidth: of.line }),
  ])
  return panel({
    width: 900,
    height: of.height,
    marginLeft: 56,
    marginRight: 20,
    marginTop: 28,
    marginBottom: 44,
    x: {
      domain: [of.from, of.to],
      label: 'year',
      labelAnchor: 'center',
      labelOffset: 36,
      labelArrow: 'none',
      tickFormat: 'd',
    },
    y: { label: 'CO\u2082 (parts per million by volume)', labelArrow: 'none', grid: true, nice: true },
    marks: [
      Plot.dot(record, { x: 'year', y: 'ppm', r: of.dot, fill: colours.dots }),
      ...marks,
      Plot.ruleX([end], { stroke: colours.quiet, strokeDasharray: '3 3' }),
      Plot.text(['forecast'], {
        x: end,
        frameAnchor: 'bottom',
        textAnchor: 'start',
        dx: 6,
        dy: -8,
        fill: colours.orange,
        fontWeight: 'bold',
      }),
    ],
  })
}
