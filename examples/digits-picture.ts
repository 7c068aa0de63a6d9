// The principal components of the digits as images, the variance they explain, and the digits in the plane of the first two.

import * as Plot from '@observablehq/plot'
import { colours, type Panel, panel, sheet } from './picture.ts'

/** Side of a digit in pixels. */
const side = 8
const perRow = 6

export interface Components {
  /** A component a row, of as many elements as a digit has pixels. */
  readonly images: readonly (readonly number[])[]
  /** Share of the variance that each explains, of all components. */
  readonly ratios: readonly number[]
  /** Each digit's coordinates on the first two components, and what it shows. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly digit: number }[]
}

export function digitsPicture({ images, ratios, points }: Components): string {
  return sheet(
    `The first ${images.length} principal components of ${points.length.toLocaleString('en-US')} handwritten digits`,
    'Each component as an image of 8 x 8 pixels, blue where it adds ink and orange where it takes ink away, with its share of the variance',
    [],
    [imagePanel(images, ratios), sharePanel(ratios), pointPanel(points)],
  )
}

function imagePanel(images: Components['images'], ratios: Components['ratios']): Panel {
  const place = (component: number) => ({ fx: component % perRow, fy: Math.floor(component / perRow) })
  const pixels = images.flatMap((image, component) =>
    image.map((value, at) => ({ ...place(component), column: at % side, row: Math.floor(at / side), value })),
  )
  const names = images.map((_, component) => ({
    ...place(component),
    name: `${component + 1}: ${(100 * (ratios[component] ?? 0)).toFixed(1)} %`,
  }))
  const largest = Math.max(...pixels.map(({ value }) => Math.abs(value)))
  return panel({
    width: 900,
    height: 176 * Math.ceil(images.length / perRow),
    margin: 0,
    x: { domain: [-0.1, side + 0.1], axis: null },
    y: { domain: [0, side + 1.6], reverse: true, axis: null },
    fx: { axis: null, padding: 0.12 },
    fy: { axis: null },
    color: { type: 'linear', domain: [-largest, 0, largest], range: [colours.orange, '#ffffff', colours.blue] },
    marks: [
      Plot.rect(pixels, {
        fx: 'fx',
        fy: 'fy',
        x1: 'column',
        x2: ({ column }: { readonly column: number }) => column + 1,
        y1: ({ row }: { readonly row: number }) => row + 1.3,
        y2: ({ row }: { readonly row: number }) => row + 2.3,
        fill: 'value',
        inset: -0.3,
      }),
      Plot.rect(names, { fx: 'fx', fy: 'fy', x1: 0, x2: side, y1: 1.3, y2: side + 1.3, stroke: '#cccccc' }),
      Plot.text(names, { fx: 'fx', fy: 'fy', x: 0, y: 0.7, text: 'name', textAnchor: 'start', fontSize: 12 }),
    ],
  })
}

/** Cumulative share of the variance, by number of components. */
function sharePanel(ratios: Components['ratios']): Panel {
  const shares: { readonly components: number; readonly share: number }[] = []
  let share = 0
  for (const [at, ratio] of ratios.entries()) {
    share += 100 * ratio
    shares.push({ components: at + 1, share })
  }
  return panel({
    width: 900,
    height: 220,
    marginLeft: 56,
    marginRight: 20,
    marginTop: 34,
    marginBottom: 44,
    x: {
      domain: [0, ratios.length],
      label: 'number of components',
      labelAnchor: 'center',
      labelOffset: 36,
      labelArrow: 'none',
    },
    y: { domain: [0, 100], label: 'variance explained (%)', labelArrow: 'none', grid: true, ticks: 5 },
    marks: [
      Plot.lineY(shares, { x: 'components', y: 'share', stroke: colours.blue, strokeWidth: 1.5 }),
      Plot.dot(shares, { x: 'components', y: 'share', r: 2, fill: colours.blue }),
    ],
  })
}

/** Ten colours with the digit itself as the mark, for readers who do not tell all of them apart. */
const digitColours = [
  '#0072B2',
  '#E69F00',
  '#009E73',
  '#CC79A7',
  '#56B4E9',
  '#D55E00',
  '#8A7A00',
  '#777777',
  '#7B4EA3',
  '#222222',
]

function pointPanel(points: Components['points']): Panel {
  return panel({
    width: 900,
    height: 520,
    marginLeft: 56,
    marginRight: 20,
    marginTop: 34,
    marginBottom: 44,
    x: { label: 'first component', labelAnchor: 'center', labelOffset: 36, labelArrow: 'none', grid: true },
    y: { label: 'second component', labelArrow: 'none', grid: true },
    color: { domain: digitColours.map((_, digit) => digit), range: digitColours },
    marks: [Plot.text(points, { x: 'x', y: 'y', text: 'digit', fill: 'digit', fontSize: 9 })],
  })
}
