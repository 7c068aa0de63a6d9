/** Where Zarr puts the chunks of an array. */
export interface ChunkKeyEncoding {
  /** `default` puts everything under `c`; `v2` does not. */
  readonly name: 'default' | 'v2'
  readonly separator: '/' | '.'
}

/** Ours: `c/0/1`. */
export const DEFAULT_CHUNK_KEYS: ChunkKeyEncoding = { name: 'default', separator: '/' }

/** Key of the chunk at a position in the grid, relative to the array. */
export function chunkKey({ name, separator }: ChunkKeyEncoding, position: readonly number[]): string {
  return (name === 'default' ? ['c', ...position] : position).join(separator)
}

/** The position in the grid that a relative key names, or `undefined` when it is no chunk of an array of this many dimensions. */
export function chunkPosition(encoding: ChunkKeyEncoding, key: string, dimensions: number): number[] | undefined {
  const parts = key.split(encoding.separator)
  if (encoding.name === 'default' && parts.shift() !== 'c') return undefined
  if (parts.length !== dimensions || !parts.every((part) => /^(0|[1-9][0-9]*)$/.test(part))) return undefined
  return parts.map(Number)
}

/** What every chunk key of the array starts with, relative to the array. */
export function chunkPrefix({ name, separator }: ChunkKeyEncoding): string {
  return name === 'default' ? `c${separator}` : ''
}
