import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { connect, type Numpywren } from '../../../src/index.ts'
import { digests } from '../../helpers/cli.ts'

/** The matrix that every door factors, and its tiles: enough tasks that some run while others are killed. */
const MATRIX = { shape: [192, 192], tile: 48, seed: 11 } as const

/** A bucket of a server of the test. */
export interface Bucket {
  /** URL of the store in it. */
  readonly store: string
  /** The folder that the server keeps the store in. */
  readonly folder: string
}

/** Makes the input, and its factor in this process: what the image's workers are compared with. This process must reach the store. */
export async function prepare({ store }: Bucket): Promise<void> {
  await using npw: Numpywren = await connect({ store, slots: 2 })
  await npw.generate('spd', 'A', MATRIX)
  await npw.cholesky('A', { out: 'expected' })
}

/** Asserts that the tiles of the output are those of {@link prepare}, bit by bit. */
export async function sameBits(t: ExecutionContext, { folder }: Bucket, output = 'L'): Promise<void> {
  const tiles = async (name: string): Promise<Record<string, string>> => {
    const files = Object.entries(await digests(join(folder, name)))
    return Object.fromEntries(files.filter(([path]) => path.startsWith('c/')))
  }
  const [found, expected] = await Promise.all([tiles(output), tiles('expected')])
  t.is(Object.keys(expected).length, 10)
  t.deepEqual(found, expected)
}
