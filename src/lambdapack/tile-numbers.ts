import { type TileRef, tileId } from './program.ts'

/** Indices from -radius to radius - 1 fit so many to an exact integer, by rank. */
const radii = [0, 2 ** 50, 2 ** 24, 2 ** 16, 2 ** 11]

/** Numbers tiles from 0 in the order in which they are first asked for. */
export class TileNumbers {
  readonly #byMatrix = new Map<string, Map<number | string, number>>()
  #count = 0

  get count(): number {
    return this.#count
  }

  of(tile: TileRef): number {
    let numbers = this.#byMatrix.get(tile.matrix)
    if (!numbers) {
      numbers = new Map()
      this.#byMatrix.set(tile.matrix, numbers)
    }
    const key = keyOf(tile)
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, this.#count)
    return this.#count++
  }
}

/** The index as digits of one integer where they fit: cheaper to look up than a text. */
function keyOf(tile: TileRef): number | string {
  const { index } = tile
  const radius = radii[index.length]
  if (radius === undefined) return tileId(tile)
  let key = 0
  for (const at of index) {
    if (at < -radius || at >= radius) return tileId(tile)
    key = key * 2 * radius + at + radius
  }
  return key
}
