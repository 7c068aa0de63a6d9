const MIB = 2 ** 20
/** Node, its modules and the clients of the stores. */
const NODE_BYTES = 160 * MIB
/** Of what is left: the rest is the kernels' workspace, buffers of transfers, and what the collector has not given back yet. */
const TILE_SHARE = 0.75

/** Budget for tiles in a sandbox of this memory. */
export function tileBytesOf(memoryBytes: number): number {
  return Math.floor(Math.max(memoryBytes - NODE_BYTES, memoryBytes / 4) * TILE_SHARE)
}
