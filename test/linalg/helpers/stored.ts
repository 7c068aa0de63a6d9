import { BigMatrix, type Numpywren } from '../../../src/index.ts'
import type { Dtype } from '../../../src/kernels/index.ts'
import { openStore } from '../../../src/storage/index.ts'

/** Stores a matrix of element(r, c), replacing what is there. */
export async function storeMatrix(
  npw: Numpywren,
  name: string,
  [m, n]: readonly [number, number],
  element: (r: number, c: number) => number,
  { tile, dtype = 'float64' }: { readonly tile: readonly [number, number]; readonly dtype?: Dtype },
): Promise<BigMatrix> {
  const data = Float64Array.from({ length: m * n }, (_, at) => element(Math.floor(at / n), at % n))
  const matrix = await BigMatrix.create(
    openStore(npw.storeUrl),
    name,
    { shape: [m, n], tile, dtype },
    { overwrite: true },
  )
  await matrix.write(data)
  return matrix
}

/** A matrix by rows. */
export async function elementsOf(matrix: BigMatrix): Promise<number[][]> {
  const { data, shape } = await matrix.read()
  const [m = 0, n = 1] = shape
  return Array.from({ length: m }, (_, r) => Array.from(data.slice(r * n, (r + 1) * n), Number))
}
