import { InputError } from '../../errors.ts'
import type { Store } from '../../storage/index.ts'
import type { BigMatrix } from '../big-matrix.ts'
import { type ImportOptions, resolveLayout } from '../import/options.ts'
import { checkTarget, writeTarget } from '../import/target.ts'
import { writeGroups } from '../import/write-groups.ts'
import { type KindName, kinds } from './kinds.ts'
import type { SpectrumMode, SpectrumOptions } from './spectrum.ts'

export interface GenerateOptions extends Omit<ImportOptions, 'scratch'> {
  readonly shape: readonly [number, number]
  /** Whole number from 0 to 2^53 - 1; the same seed gives the same matrix, whatever the tiles. @default 0 */
  readonly seed?: number | undefined
  /** For `svd`, `poev` and `heev`: the ratio of the largest to the smallest singular value that is not zero, at least 1. @default 100 */
  readonly cond?: number | undefined
  /** For the same: how the values lie between 1 and 1 / cond, as LAPACK's test matrices number it. @default 3, geometric */
  readonly mode?: number | undefined
  /** For the same: how many values are not zero. @default all */
  readonly rank?: number | undefined
}

/** The kinds of test matrices, each with a line that describes it. */
export const matrixKinds: Readonly<Record<KindName, string>> = Object.fromEntries(
  Object.entries(kinds).map(([name, { summary }]) => [name, summary]),
) as Record<KindName, string>

const defaultCond = 100
const defaultMode = 3

/**
 * Makes a test matrix at `path` of `store`, tile by tile. Every element is a function of kind, seed, shape and its own row and column.
 * @throws InputError for an unknown kind or a bad option; AlreadyExistsError when something is there and `overwrite` is not set
 * @example const A = await generate('spd', store, 'A', { shape: [8192, 8192], seed: 7 })
 */
export async function generate(
  kind: KindName,
  store: Store,
  path: string,
  options: GenerateOptions,
): Promise<BigMatrix> {
  const { shape, seed = 0 } = options
  const found = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (!found) {
    throw new InputError(`unknown kind of matrix ${JSON.stringify(kind)}; known are ${Object.keys(kinds).join(', ')}`)
  }
  checkShape(kind, found.isSquareOnly, shape)
  checkSeed(seed)
  const values = spectrumOf(Math.min(...shape), options)
  await checkTarget(store, path, options)
  const layout = resolveLayout(shape, options)
  const write = found.writer({ shape, dtype: layout.dtype, seed, ...values })
  return await writeTarget(store, path, layout, options, async (array) => {
    const [mb, nb] = layout.tile
    const scratch = layout.dtype === 'float64' ? undefined : new Float64Array(mb * nb)
    await writeGroups(array, 'columns', options, async (group) => {
      for (const [i, j] of group.indices()) {
        options.signal?.throwIfAborted()
        const buffer = group.bufferOf(i, j)
        const out = buffer instanceof Float64Array ? buffer : scratch!
        write({ out, ld: mb, r0: i * mb, c0: j * nb, ...array.extentOf([i, j]) })
        if (buffer !== out) buffer.set(out)
        await nextTurn()
      }
    })
  })
}

/** Lets signals, timers and finished writes have their turn between two tiles. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function checkShape(kind: string, isSquareOnly: boolean, shape: readonly [number, number]): void {
  if (!Array.isArray(shape) || shape.length !== 2 || !shape.every((n) => Number.isSafeInteger(n) && n >= 1)) {
    throw new InputError(`shape must be rows and columns, whole numbers of at least 1, got ${String(shape)}`)
  }
  if (isSquareOnly && shape[0] !== shape[1]) {
    throw new InputError(`a matrix of kind ${kind} must be square, got shape ${shape.join('x')}`)
  }
}

function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new InputError(`seed must be a whole number from 0 to 2^53 - 1, got ${seed}`)
  }
}

/** @param k number of singular values or eigenvalues */
function spectrumOf(k: number, options: GenerateOptions): Omit<SpectrumOptions, 'seed'> {
  const { cond = defaultCond, mode = defaultMode, rank = k } = options
  if (!(cond >= 1 && cond < Number.POSITIVE_INFINITY)) {
    throw new InputError(`cond must be a number of at least 1, got ${cond}`)
  }
  if (!isMode(mode)) throw new InputError(`mode must be a whole number from 1 to 6, got ${mode}`)
  if (!Number.isSafeInteger(rank) || rank < 0 || rank > k) {
    throw new InputError(`rank must be a whole number from 0 to ${k}, the shorter side of the matrix, got ${rank}`)
  }
  return { cond, mode, rank }
}

function isMode(mode: number): mode is SpectrumMode {
  return Number.isInteger(mode) && mode >= 1 && mode <= 6
}
