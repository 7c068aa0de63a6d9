import { generate, type KindName } from '../../src/matrix/index.ts'
import { FsStore } from '../../src/storage/index.ts'

/** A matrix for a test to begin with, as `numpywren generate` would make it. */
export interface Generated {
  readonly kind: KindName
  readonly name: string
  readonly shape: readonly [number, number]
  readonly tile: number | readonly [number, number]
  readonly seed: number
}

/** Generates matrices into a folder of tiles, without a process for each. */
export async function generateInto(folder: string, ...matrices: readonly Generated[]): Promise<void> {
  const store = new FsStore(folder)
  for (const { kind, name, ...options } of matrices) await generate(kind, store, name, options)
}
