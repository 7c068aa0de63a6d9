import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/** B := A, m x n both, rounded to B's dtype as IEEE 754 says: what float32 cannot hold becomes infinite or zero. */
export async function convertInto(b: Tile, a: Tile): Promise<void> {
  await callNative((addon) => addon.convert(b, a))
}
