import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'

export interface PngOptions {
  /** Pixels per px of the SVG. @default 2 */
  readonly scale?: number
}

/** Longest side of a picture in pixels; a larger one is scaled down to it. */
const longestSide = 12_000

const require = createRequire(import.meta.url)
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${name}`),
)

/** Draws an SVG as PNG on white, with the fonts of the dejavu-fonts-ttf package: the same on every machine, with or without fonts. */
export function svgToPng(svg: string, options: PngOptions = {}): Uint8Array {
  const font = {
    loadSystemFonts: false,
    fontFiles,
    defaultFontFamily: 'DejaVu Sans',
    sansSerifFamily: 'DejaVu Sans',
  }
  const { width, height } = new Resvg(svg, { font: { loadSystemFonts: false } })
  const zoom = Math.min(options.scale ?? 2, longestSide / Math.max(width, height))
  return new Resvg(svg, { background: '#ffffff', font, fitTo: { mode: 'zoom', value: zoom } }).render().asPng()
}
