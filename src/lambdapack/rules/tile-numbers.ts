/** Indices up to this many bits, three to a tile, are told apart by one number. */
const bits = 17
const range = 2 ** bits

/** Numbers tiles in the order in which they are met. */
export class TileNumbers {
  readonly #matrices: string[] = []
  readonly #indices: (readonly number[])[] = []
  readonly #known = new Map<string, Map<number | string, number>>()

  get count(): number {
    return this.#indices.length
  }

  numberOf(matrix: string, index: readonly number[]): number {
    const name = `${matrix} ${index.length}`
    let tiles = this.#known.get(name)
    if (tiles === undefined) {
      tiles = new Map()
      this.#known.set(name, tiles)
    }
    const key = keyOf(index)
    const known = tiles.get(key)
    if (known !== undefined) return known
    const number = this.#indices.length
    this.#matrices.push(matrix)
    this.#indices.push(index)
    tiles.set(key, number)
    return number
  }

  /** Such as `S[1,2,2]`. */
  nameOf(tile: number): string {
    return `${this.#matrices[tile] ?? ''}[${(this.#indices[tile] ?? []).join(',')}]`
  }
}

function keyOf(index: readonly number[]): number | string {
  if (index.length > 3) return index.join(',')
  let key = 0
  for (const part of index) {
    if (part < 0 || part >= range) return index.join(',')
    key = key * range + part
  }
  return key
}
