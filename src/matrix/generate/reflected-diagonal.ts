import type { BlockWriter, KindParameters } from './kinds.ts'
import { randomVector, seeded } from './random-block.ts'

/**
 * A = (I - a u u^T) D (I - b w w^T) with random u and w, a = 2 / u^T u, b = 2 / w^T w: two Householder reflections of the m x n diagonal
 * matrix D of the k = min(m, n) singular values d(i) = cond^(-i / (k - 1)), which stay what they are to rounding. Multiplied out, an
 * element costs O(1):
 *
 *   A(i,j) = D(i,j) - a u(i) (u(j) d(j)) - b (d(i) w(i)) w(j) + a b u(i) s w(j),   s = sum of u(l) d(l) w(l),   d = 0 beyond k.
 */
export function reflectedDiagonal({ shape: [m, n], seed, cond }: KindParameters): BlockWriter {
  const k = Math.min(m, n)
  const d = new Float64Array(Math.max(m, n))
  for (let i = 0; i < k; i++) d[i] = i === k - 1 && k > 1 ? 1 / cond : cond ** (-i / Math.max(1, k - 1))
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
  return ({ out, ld, r0, c0, rows, cols }) => {
    for (let j = 0; j < cols; j++) {
      const first = inner[c0 + j]!
      const second = right[c0 + j]!
      for (let i = 0; i < rows; i++) {
        out[i + j * ld] = left[r0 + i]! * first - scaled[r0 + i]! * second
      }
      const diagonal = c0 + j - r0
      if (diagonal >= 0 && diagonal < rows && c0 + j < k) out[diagonal + j * ld] = out[diagonal + j * ld]! + d[c0 + j]!
    }
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!
  return sum
}
