import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import type { BigMatrix } from '../matrix/index.ts'

/** Tiles that are read at the same time. */
const AT_ONCE = 4

/**
 * SHA-256 over the bits of matrices: names, shapes, element types and every element, tile by tile. The same whatever store holds them.
 * @throws what the stores throw
 */
export async function digestOf(
  matrices: Readonly<Record<string, BigMatrix>>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const whole = createHash('sha256')
  for (const [name, matrix] of Object.entries(matrices).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { shape, tile, dtype } = matrix.layout
    whole.update(JSON.stringify({ name, shape, tile, dtype }))
    for (const digest of await tileDigests(matrix, signal)) whole.update(digest)
  }
  return whole.digest('hex')
}

async function tileDigests(matrix: BigMatrix, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const limit = pLimit(AT_ONCE)
  return Promise.all([...positions(matrix.grid)].map((index) => limit(() => tileDigest(matrix, index, signal))))
}

async function tileDigest(
  matrix: BigMatrix,
  index: readonly number[],
  signal: AbortSignal | undefined,
): Promise<string> {
  signal?.throwIfAborted()
  const tile = await matrix.getTile(
    index.map((at, d) => at + (matrix.layout.origin?.[d] ?? 0)),
    { signal },
  )
  if (tile === undefined) return 'absent'
  const { data, rows, cols, ld } = tile
  const hash = createHash('sha256')
  for (let col = 0; col < cols; col++) {
    const column = data.subarray(col * ld, col * ld + rows)
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  }
  return hash.digest('hex')
}

/** Every place of a grid, the last dimension fastest. */
function* positions(grid: readonly number[]): Generator<readonly number[]> {
  const [first, ...rest] = grid
  if (first === undefined) {
    yield []
    return
  }
  for (let at = 0; at < first; at++) for (const others of positions(rest)) yield [at, ...others]
}
