import { ink } from './palette.ts'
import { escapeXml } from './xml.ts'

/** Verdana has the widths of DejaVu Sans, so labels fit where DejaVu is missing. */
export const fontFamily = 'DejaVu Sans, Verdana, sans-serif'

/** A drawn part of a figure: SVG text of a root element `<svg>`, its size in px. */
export interface Drawing {
  readonly svg: string
  readonly width: number
  readonly height: number
}

export interface LegendEntry {
  readonly label: string
  readonly colour: string
  /** A square, or a curve filled below. @default 'fill' */
  readonly mark?: 'fill' | 'curve'
}

export interface FigureOptions {
  readonly title: string
  /** Lines of small print under the title. */
  readonly notes: readonly string[]
  readonly legend: readonly LegendEntry[]
  /** Drawn one under the other. */
  readonly drawings: readonly Drawing[]
}

const margin = 16
const titleHeight = 24
const titleSize = 17
const noteHeight = 18
const legendHeight = 24
const gap = 8

/** Puts title, notes, legend and drawings on one white sheet: a complete SVG document. */
export function figure(options: FigureOptions): string {
  const inner = Math.max(...options.drawings.map((drawing) => drawing.width), 400)
  const parts: string[] = []
  let y = margin
  // Bold letters are a tenth wider.
  for (const line of wrap(options.title, inner / 1.1, titleSize)) {
    parts.push(text(margin, y + 16, titleSize, ink.text, line, 'bold'))
    y += titleHeight
  }
  for (const note of options.notes.flatMap((line) => wrap(line, inner, noteSize))) {
    parts.push(text(margin, y + 13, noteSize, ink.quiet, note))
    y += noteHeight
  }
  if (options.legend.length > 0) {
    const legend = drawLegend(options.legend, inner, y + 4)
    parts.push(legend.svg)
    y += legend.height + 4
  }
  y += 6
  for (const drawing of options.drawings) {
    parts.push(drawing.svg.replace('<svg', `<svg x="${margin}" y="${y}"`))
    y += drawing.height + gap
  }
  const width = Math.ceil(inner + 2 * margin)
  const height = Math.ceil(y + margin)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily}">`,
    `<title>${escapeXml(options.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

const noteSize = 12

/** A text's width in px, a little over that of DejaVu Sans: its advances in three classes. */
export function textWidth(content: string, size: number): number {
  let ems = 0
  for (const letter of content) ems += narrow.has(letter) ? 0.4 : wide.has(letter) ? 0.98 : 0.64
  return ems * size
}

const narrow = new Set("fijlrtI.,:;'|!()[]- ")
const wide = new Set('mwMW%')

/** Breaks a line between words so that each part fits; a single long word stays whole. */
function wrap(line: string, width: number, size: number): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`
    if (current !== '' && textWidth(longer, size) > width) {
      lines.push(current)
      current = word
    } else current = longer
  }
  return [...lines, current]
}

function drawLegend(entries: readonly LegendEntry[], width: number, top: number): { svg: string; height: number } {
  const parts: string[] = []
  let x = margin
  let y = top
  for (const { label, colour, mark } of entries) {
    const needed = 21 + textWidth(label, noteSize) + 14
    if (x > margin && x + needed > margin + width) {
      x = margin
      y += legendHeight
    }
    parts.push(legendMark(mark ?? 'fill', colour, x, y))
    parts.push(text(x + 21, y + 12.5, noteSize, ink.text, label))
    x += needed
  }
  return { svg: parts.join('\n'), height: y - top + legendHeight }
}

function legendMark(mark: NonNullable<LegendEntry['mark']>, colour: string, x: number, y: number): string {
  const square = `<rect class="legend" x="${round(x)}" y="${y + 1}" width="14" height="14" fill="${colour}"`
  if (mark === 'fill') return `${square}/>`
  return (
    `${square} fill-opacity="0.35"/>` +
    `<line x1="${round(x)}" x2="${round(x + 14)}" y1="${y + 1.5}" y2="${y + 1.5}" stroke="${colour}" stroke-width="1.5"/>`
  )
}

function text(x: number, y: number, size: number, fill: string, content: string, weight = 'normal'): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escapeXml(content)}</text>`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
