import type { BlockWriter, KindParameters } from './kinds.ts'
import { type Block, randomUniform, randomVector, seeded } from './random-block.ts'
import { spectrum } from './spectrum.ts'

/** The random stream of {@link randomUniform} that signs come from. */
const signsStream = 3

/**
 * A = (I - a u u^T) D (I - b w w^T) with random u and w, a = 2 / u^T u, b = 2 / w^T w: two Householder reflections of the m x n diagonal
 * matrix D of the k = min(m, n) singular values of {@link spectrum}, which stay what they are to rounding. Multiplied out, an
 * element costs O(1):
 *
 *   A(i,j) = D(i,j) - a u(i) (u(j) d(j)) - b (d(i) w(i)) w(j) + a b u(i) s w(j),   s = sum of u(l) d(l) w(l),   d = 0 beyond k.
 */
export function reflectedDiagonal(parameters: KindParameters): BlockWriter {
  const { shape, seed } = parameters
  const [m, n] = shape
  const k = Math.min(m, n)
  const d = spectrum(Math.max(m, n), parameters)
  const philox = seeded(seed)
  const u = randomVector(philox, 0, m)
  const w = randomVector(philox, 1, n)
  const a = 2 / dot(u, u)
  const b = 2 / dot(w, w)
  let s = 0
  for (let l = 0; l < k; l++) s += u[l]! * d[l]! * w[l]!
  const left = Float64Array.from(u, (value) => a * value)
  const inner = Float64Array.from(w, (value, j) => b * s * value - (u[j] ?? 0) * d[j]!)
  const right = Float64Array.from(w, (value) => b * value)
  const scaled = Float64Array.from(u, (_, i) => (w[i] ?? 0) * d[i]!)
  return (block) => {
    const { out, ld, r0, c0, rows, cols } = block
    for (let j = 0; j < cols; j++) {
      const first = inner[c0 + j]!
      const second = right[c0 + j]!
      for (let i = 0; i < rows; i++) {
        out[i + j * ld] = left[r0 + i]! * first - scaled[r0 + i]! * second
      }
    }
    addDiagonal(block, d)
  }
}

/**
 * A = (I - a u u^T) D (I - a u u^T), a = 2 / u^T u, with the eigenvalues D of {@link spectrum}, or those with random signs:
 *
 *   A(i,j) = D(i,j) + u(i) u(j) (a^2 s - a (d(i) + d(j))),   s = sum of u(l)^2 d(l),
 *
 * symmetric to the last bit, because sums and products of two numbers commute.
 */
export function reflectedSymmetric(signs: 'positive' | 'random'): (parameters: KindParameters) => BlockWriter {
  return (parameters) => {
    const { shape, seed } = parameters
    const [n] = shape
    const philox = seeded(seed)
    const d = spectrum(n, parameters)
    if (signs === 'random') {
      const random = randomUniform(philox, signsStream, n)
      for (let i = 0; i < n; i++) if (random[i]! < 0.5) d[i] = -d[i]!
    }
    const u = randomVector(philox, 0, n)
    const a = 2 / dot(u, u)
    let s = 0
    for (let l = 0; l < n; l++) s += u[l]! * u[l]! * d[l]!
    const shift = a * a * s
    return (block) => {
      const { out, ld, r0, c0, rows, cols } = block
      for (let j = 0; j < cols; j++) {
        for (let i = 0; i < rows; i++) {
          out[i + j * ld] = u[r0 + i]! * u[c0 + j]! * (shift - a * (d[r0 + i]! + d[c0 + j]!))
        }
      }
      addDiagonal(block, d)
    }
  }
}

function addDiagonal({ out, ld, r0, c0, rows, cols }: Block, d: Float64Array): void {
  for (let j = Math.max(0, r0 - c0); j < Math.min(cols, r0 + rows - c0); j++) {
    const at = c0 + j - r0 + j * ld
    out[at] = out[at]! + d[c0 + j]!
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!
  return sum
}
