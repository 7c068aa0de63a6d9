/**
 * Kernels through the addon against the same OpenBLAS calls from C, in turn, one thread, float64: a few calls in a row
 * on each side, every one on a fresh copy of its operand. What one call waits for the pool and back is measured apart.
 * Usage: node bench/kernels/main.ts [--rounds 21] [--calls 5] [--sizes 512,1024,2048]. A table on stderr, JSON on stdout.
 */

import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  blasInfo,
  copyInto,
  gemm,
  gemmFlops,
  potrf,
  potrfFlops,
  scale,
  setComputeThreads,
  syrk,
  syrkFlops,
  type Tile,
  trsm,
  trsmFlops,
} from '../../src/kernels/index.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '21' },
    calls: { type: 'string', default: '5' },
    sizes: { type: 'string', default: '512,1024,2048' },
  },
})
const rounds = Number(values.rounds)
const calls = Number(values.calls)
const sizes = values.sizes.split(',').map(Number)

interface Routine {
  readonly name: string
  readonly flops: (n: number) => number
  readonly call: (a: Tile, b: Tile, c: Tile) => Promise<void>
}

const routines: readonly Routine[] = [
  { name: 'potrf', flops: potrfFlops, call: (_a, _b, c) => potrf(c) },
  { name: 'trsm', flops: (n) => trsmFlops(n, n), call: (a, _b, c) => trsm(a, c, { side: 'right', trans: true }) },
  { name: 'syrk', flops: (n) => syrkFlops(n, n), call: (a, _b, c) => syrk(c, a, { alpha: -1 }) },
  { name: 'gemm', flops: (n) => gemmFlops(n, n, n), call: (a, b, c) => gemm(c, a, b, { transB: true, alpha: -1 }) },
]

/** As fill() in driver.c: the same numbers on both sides. */
function operand(n: number, seed: number, diagonal: number): Tile {
  const data = new Float64Array(n * n)
  for (let i = 0; i < data.length; i++) {
    const x = i * 0.6180339887498949 + seed
    data[i] = (x - Math.trunc(x) - 0.5) / n
  }
  for (let i = 0; i < n; i++) data[i + i * n] = (data[i + i * n] as number) + diagonal
  return { data, rows: n, cols: n, ld: n }
}

/** Compiles the C driver and starts it; the result makes the calls there and gives the seconds of one. */
function startDriver(): { run: (routine: string, n: number) => Promise<number>; stop: () => void } {
  const folder = fileURLToPath(new URL('../build/', import.meta.url))
  const program = `${folder}kernels-driver`
  mkdirSync(folder, { recursive: true })
  const source = fileURLToPath(new URL('driver.c', import.meta.url))
  execFileSync('cc', ['-O3', '-Wall', '-Wextra', '-o', program, source, '-lopenblas', '-llapacke'])
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async run(routine, n) {
      child.stdin.write(`${routine} ${n} ${calls}\n`)
      const line = await lines.next()
      if (line.done) throw new RangeError(`the C driver ended at ${routine} ${n}`)
      return Number(line.value) / calls
    },
    stop: () => child.stdin.end(),
  }
}

/** Seconds of one call through the addon, several queued in a row on its one thread. */
async function timeHere(routine: Routine, a: Tile, b: Tile, c: Tile): Promise<number> {
  const start = performance.now()
  const queued: Promise<void>[] = []
  for (let i = 0; i < calls; i++) queued.push(copyInto(c, routine.name === 'potrf' ? a : b), routine.call(a, b, c))
  await Promise.all(queued)
  return (performance.now() - start) / 1000 / calls
}

/** Microseconds from the call of a kernel that does next to nothing to its settled promise. */
async function timeRoundTrip(): Promise<number> {
  const tile = operand(1, 0.1, 1)
  const times: number[] = []
  for (let i = 0; i < 1000; i++) {
    const start = performance.now()
    await scale(tile, 1)
    times.push((performance.now() - start) * 1000)
  }
  return median(times)
}

const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((x, y) => x - y)
  return sorted[sorted.length >> 1] as number
}

setComputeThreads(1)
const driver = startDriver()
const results: object[] = []
process.stderr.write('routine     n   addon ms      C ms   GF/s  speed against C (median of pairs)\n')
for (const n of sizes) {
  const [a, b, c] = [operand(n, 0.1, 2), operand(n, 0.2, 0), operand(n, 0.3, 0)]
  for (const routine of routines) {
    const pairs: { addon: number; c: number }[] = []
    for (let round = -1; round < rounds; round++) {
      const pair = { addon: await timeHere(routine, a, b, c), c: await driver.run(routine.name, n) }
      // The first pair warms up.
      if (round >= 0) pairs.push(pair)
    }
    const addonMs = median(pairs.map((pair) => pair.addon)) * 1000
    const cMs = median(pairs.map((pair) => pair.c)) * 1000
    const speedRatio = median(pairs.map((pair) => pair.c / pair.addon))
    const gflops = routine.flops(n) / (addonMs * 1e6)
    results.push({ routine: routine.name, n, addonMs, cMs, gflops, speedRatio })
    const cells = [addonMs.toFixed(2).padStart(10), cMs.toFixed(2).padStart(9), gflops.toFixed(1).padStart(6)]
    const line = `${routine.name.padEnd(7)}${String(n).padStart(6)} ${cells.join(' ')}  ${speedRatio.toFixed(3)}\n`
    process.stderr.write(line)
  }
}
driver.stop()
const roundTripUs = await timeRoundTrip()
process.stderr.write(`one call to the pool and back: ${roundTripUs.toFixed(1)} us\n`)
process.stdout.write(
  `${JSON.stringify({ benchmark: 'kernels', rounds, calls, roundTripUs, blas: blasInfo(), results })}\n`,
)
