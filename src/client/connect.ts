import { Numpywren } from './numpywren.ts'
import type { ConnectOptions } from './options.ts'

/**
 * Opens a store. Nothing is made until something is written.
 * @throws {InputError} for a URL or a setting that makes no sense
 * @example
 * ```ts
 * await using npw = await connect({ store: '/data/work', slots: 2 })
 * const { L } = await npw.cholesky('A')
 * ```
 */
export async function connect(options: ConnectOptions = {}): Promise<Numpywren> {
  return new Numpywren(options)
}
