// Panels made with Observable Plot, put on one sheet: what the pictures of the examples share.

import { writeFile } from 'node:fs/promises'
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { svgToPng } from 'numpywren'

/** Colours of Okabe and Ito, told apart by colour-blind readers too. */
export const colours = {
  ink: '#222222',
  quiet: '#666666',
  dots: '#9a9a9a',
  blue: '#0072B2',
  orange: '#D55E00',
} as const

export interface Panel {
  readonly svg: string
  readonly width: number
  readonly height: number
}

export interface Legend {
  readonly label: string
  readonly colour: string
  readonly mark: 'dot' | 'line' | 'band'
}

/** Between panels, in px. */
const gap = 10

const fontFamily = 'DejaVu Sans, Verdana, sans-serif'

/** Draws one panel. */
export function panel(options: Plot.PlotOptions & { readonly width: number; readonly height: number }): Panel {
  const { document } = parseHTML('<html><body></body></html>')
  const svg = Plot.plot({ document, ...options })
  for (const style of svg.querySelectorAll('style')) style.remove()
  svg.removeAttribute('class')
  svg.setAttribute('font-family', fontFamily)
  svg.setAttribute('font-size', '12')
  svg.setAttribute('color', colours.ink)
  const rounded = svg.outerHTML.replace(/\d+\.\d{3,}/g, (number: string) => Number(number).toFixed(2))
  return { svg: rounded, width: options.width, height: options.height }
}

/** One sheet: a title, a line below it, a legend, and panels one under the other. */
export function sheet(title: string, note: string, legend: readonly Legend[], panels: readonly Panel[]): string {
  const parts = [text(16, 34, 18, colours.ink, title, 'bold'), text(16, 56, 12, colours.quiet, note)]
  let x = 16
  for (const { label, colour, mark } of legend) {
    parts.push(symbol(mark, colour, x, 78), text(x + 26, 82, 12, colours.ink, label))
    x += 26 + 7.2 * label.length + 22
  }
  let y = legend.length > 0 ? 94 : 68
  for (const { svg, height } of panels) {
    parts.push(svg.replace('<svg', `<svg x="16" y="${y}"`))
    y += height + gap
  }
  const width = 32 + Math.max(...panels.map((each) => each.width))
  const size = `width="${width}" height="${y + 6}" viewBox="0 0 ${width} ${y + 6}"`
  const paper = `<rect width="${width}" height="${y + 6}" fill="#ffffff"/>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${fontFamily}">`,
    paper,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

/** Writes NAME.svg and NAME.png in the current folder. */
export async function save(name: string, svg: string): Promise<void> {
  await writeFile(`${name}.svg`, svg)
  await writeFile(`${name}.png`, svgToPng(svg))
}

function text(x: number, y: number, size: number, fill: string, content: string, weight = 'normal'): string {
  const escaped = content.replace(/&/g, '&amp;').replace(/</g, '&lt;')
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escaped}</text>`
}

function symbol(mark: Legend['mark'], colour: string, x: number, y: number): string {
  if (mark === 'dot') return `<circle cx="${x + 10}" cy="${y}" r="2.5" fill="${colour}"/>`
  if (mark === 'line') return `<line x1="${x}" x2="${x + 20}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2"/>`
  return `<rect x="${x}" y="${y - 7}" width="20" height="14" fill="${colour}" fill-opacity="0.25"/>`
}
