import test from 'ava'
import { profileSvg, svgToPng } from '../../src/report/index.ts'
import { decodePng } from './helpers/png.ts'
import { profile } from './helpers/samples.ts'

function sheet(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40" font-family="DejaVu Sans, Verdana, sans-serif">${content}</svg>`
}

function darkPixels(svg: string): number {
  const { pixels } = decodePng(svgToPng(svg, { scale: 1 }))
  let dark = 0
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at]! + pixels[at + 1]! + pixels[at + 2]! < 384) dark++
  return dark
}

test('gives a PNG of the scaled size with something on it', (t) => {
  const svg = profileSvg(profile())
  const size = /width="(\d+)" height="(\d+)"/.exec(svg)
  const png = svgToPng(svg)
  t.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const { width, height } = decodePng(png)
  t.deepEqual([width, height], [2 * Number(size?.[1]), 2 * Number(size?.[2])])
  t.true(darkPixels(svg) > 1000)
})

test('text shows with the fonts that are carried along, bold and with arrows too', (t) => {
  t.is(darkPixels(sheet('')), 0)
  const plain = darkPixels(sheet('<text x="5" y="25" font-size="16">potrf i=0</text>'))
  const bold = darkPixels(sheet('<text x="5" y="25" font-size="16" font-weight="bold">potrf i=0</text>'))
  t.true(plain > 100, String(plain))
  t.true(bold > plain, `${bold} ${plain}`)
  t.true(darkPixels(sheet('<text x="5" y="25" font-size="16">…</text>')) > 2)
})

test('the background is white and opaque', (t) => {
  const { pixels } = decodePng(svgToPng(sheet('')))
  t.true(pixels.every((value) => value === 255))
})

test('a huge picture is scaled down to the longest side', (t) => {
  const { width, height } = decodePng(
    svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="48000" height="400"><rect width="9" height="9"/></svg>'),
  )
  t.deepEqual([width, height], [12_000, 100])
})
