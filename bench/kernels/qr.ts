/**
 * The QR kernels by inner block size, in CPU time of one thread, float64, with gemm before and after: on a machine that does
 * other things too, read the ratios. The least of several calls counts.
 * Usage: node bench/kernels/qr.ts [--rounds 9]. A table on standard output.
 */

import { parseArgs } from 'node:util'
import {
  gemm,
  gemmFlops,
  gemqrt,
  gemqrtFlops,
  geqrt,
  geqrtFlops,
  type Tile,
  tpmqrt,
  tpmqrtFlops,
  tpqrt,
  tpqrtFlops,
} from '../../src/kernels/index.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } })
const rounds = Number(values.rounds)

function tile(rows: number, cols: number): Tile {
  const data = Float64Array.from({ length: rows * cols }, (_, i) => ((i * 0.6180339887498949) % 1) - 0.5)
  return { data, rows, cols, ld: rows }
}

/** The least CPU time of a call, in seconds; every one on fresh operands. */
async function secondsOf(prepare: () => Promise<() => Promise<void>> | (() => Promise<void>)): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const call = await prepare()
    const before = process.cpuUsage()
    await call()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1e6)
  }
  return least
}

function report(name: string, shape: string, ib: number | undefined, flops: number, seconds: number): void {
  const speed = (flops / seconds / 1e9).toFixed(1)
  console.log(
    `${name.padEnd(16)} ${shape.padEnd(10)} ${String(ib ?? '').padStart(4)} ${(seconds * 1e3).toFixed(1).padStart(8)} ms ${speed.padStart(6)} GF/s`,
  )
}

async function measureGemm(): Promise<void> {
  const n = 1024
  const seconds = await secondsOf(() => {
    const [a, b, c] = [tile(n, n), tile(n, n), tile(n, n)]
    return () => gemm(c, a, b)
  })
  report('gemm', `${n}x${n}`, undefined, gemmFlops(n, n, n), seconds)
}

async function measureShape(m: number, n: number, ib: number): Promise<void> {
  const shape = `${m}x${n}`
  const factored = async (): Promise<[Tile, Tile]> => {
    const [v, t] = [tile(m, n), tile(ib, n)]
    await geqrt(v, t, tile(Math.min(m, n), n))
    return [v, t]
  }
  const stacked = async (): Promise<[Tile, Tile]> => {
    const [v, t] = [tile(m, n), tile(ib, n)]
    await tpqrt(tile(n, n), v, t)
    return [v, t]
  }
  const report1 = (name: string, flops: number, seconds: number): void => report(name, shape, ib, flops, seconds)
  report1(
    'geqrt',
    geqrtFlops(m, n),
    await secondsOf(() => {
      const [a, t, r] = [tile(m, n), tile(ib, n), tile(n, n)]
      return () => geqrt(a, t, r)
    }),
  )
  report1(
    'tpqrt',
    tpqrtFlops(m, n, false),
    await secondsOf(() => {
      const [r, b, t] = [tile(n, n), tile(m, n), tile(ib, n)]
      return () => tpqrt(r, b, t)
    }),
  )
  report1(
    'gemqrt',
    gemqrtFlops(m, n, n),
    await secondsOf(async () => {
      const [[v, t], c] = [await factored(), tile(m, n)]
      return () => gemqrt(v, t, c, { trans: true })
    }),
  )
  report1(
    'gemqrt of zeros',
    gemmFlops(m, n, n),
    await secondsOf(async () => {
      const [[v, t], c] = [await factored(), tile(m, n)]
      return () => gemqrt(v, t, c, { live: n })
    }),
  )
  report1(
    'tpmqrt',
    tpmqrtFlops(m, n, n, false),
    await secondsOf(async () => {
      const [[v, t], a, b] = [await stacked(), tile(n, n), tile(m, n)]
      return () => tpmqrt(v, t, a, b, { trans: true })
    }),
  )
}

await measureGemm()
for (const ib of [64, 128, 176, 256]) await measureShape(1024, 1024, ib)
for (const ib of [64, 128, 256]) await measureShape(4096, 256, ib)
await measureGemm()
