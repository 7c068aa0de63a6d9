/** The seam to the C++ addon: loads it, states its functions, and turns its errors into ours. */

import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { InternalError } from '../errors.ts'
import { AddonError, KernelArgumentError } from './errors.ts'
import type { Tile } from './tile.ts'

/** The addon's functions. All but the last few run on the addon's own threads; every argument must be given. */
export interface NativeAddon {
  potrf(a: Tile, upper: boolean): Promise<number>
  trsm(t: Tile, b: Tile, right: boolean, upper: boolean, trans: boolean, unit: boolean, alpha: number): Promise<number>
  syrk(c: Tile, a: Tile, upper: boolean, trans: boolean, alpha: number, beta: number): Promise<number>
  columnPeaks(a: Tile, peaks: Tile): Promise<number>
  sb2st(band: Tile, d: Tile, reflectors: Tile, threads: number): Promise<number>
  sterf(d: Tile, w: Tile): Promise<number>
  stedc(d: Tile, w: Tile, z: Tile): Promise<number>
  syevd(a: Tile, w: Tile, vectors: boolean): Promise<number>
  symm(c: Tile, a: Tile, b: Tile, beta: number): Promise<number>
  syr2k(c: Tile, a: Tile, b: Tile, alpha: number): Promise<number>
  gemm(c: Tile, a: Tile, b: Tile, transA: boolean, transB: boolean, alpha: number, beta: number): Promise<number>
  gelsd(a: Tile, b: Tile, s: Tile, rank: Tile, rcond: number): Promise<number>
  geqrt(a: Tile, t: Tile, r: Tile): Promise<number>
  gemqrt(v: Tile, t: Tile, c: Tile, right: boolean, trans: boolean, live: number): Promise<number>
  tpqrt(r: Tile, b: Tile, t: Tile, triangle: boolean): Promise<number>
  tpmqrt(
    v: Tile,
    t: Tile,
    a: Tile,
    b: Tile,
    right: boolean,
    trans: boolean,
    triangle: boolean,
    hasA: boolean,
    hasB: boolean,
  ): Promise<number>
  geadd(c: Tile, a: Tile, transA: boolean, alpha: number, beta: number): Promise<number>
  convert(b: Tile, a: Tile): Promise<number>
  hadamard(c: Tile, a: Tile): Promise<number>
  divide(c: Tile, a: Tile): Promise<number>
  applyFunction(a: Tile, code: number): Promise<number>
  scale(a: Tile, alpha: number): Promise<number>
  scaleRows(a: Tile, d: Tile): Promise<number>
  shiftDiagonal(a: Tile, alpha: number): Promise<number>
  symmetrize(a: Tile, upper: boolean): Promise<number>
  fill(a: Tile, value: number): Promise<number>
  rbf(g: Tile, xx: Tile, yy: Tile, gamma: number): Promise<number>
  selectRows(where: Tile, values: Tile, first: number, ...tiles: Tile[]): Promise<number>
  mergeRows(where: Tile, values: Tile, ...groups: Tile[]): Promise<number>
  factorRows(plan: Tile, lower: Tile, upper: Tile, ...groups: Tile[]): Promise<number>
  panelSolve(u: Tile, b: Tile): Promise<number>
  pivotRows(plan: Tile, x: Tile, first: number, ...tiles: Tile[]): Promise<number>
  receiveRows(plan: Tile, a: Tile, top: Tile, tile: number): Promise<number>
  takeRows(wanted: Tile, x: Tile, columns: boolean, ...sources: Tile[]): Promise<number>
  absSums(a: Tile, out: Tile, byRow: boolean): Promise<number>
  maxAbs(a: Tile): Promise<number>
  sumSquares(a: Tile, state: Tile): Promise<number>
  rowSumsq(a: Tile, out: Tile): Promise<number>
  sums(a: Tile, out: Tile, byRow: boolean, magnitudes: boolean): Promise<number>
  panelQr(g: Tile, t: Tile, r: Tile, row: number): Promise<number>
  bandToBidiagonal(ab: Tile, bd: Tile, left: Tile, right: Tile, threads: number): Promise<number>
  bidiagonalSvd(bd: Tile, s: Tile, u: Tile, v: Tile): Promise<number>
  bandReflect(x: Tile, reflectors: Tile, width: number): Promise<number>
  denseSvd(a: Tile, s: Tile, u: Tile, vt: Tile): Promise<number>
  subtractTwoProducts(c: Tile, v: Tile, z: Tile, x: Tile, w: Tile): Promise<number>
  randomNormal(x: Tile, row: number, seed: number): Promise<number>
  findNonFinite(a: Tile): Promise<number>
  isEqual(a: Tile, b: Tile): Promise<number>
  crc32cAsync(bytes: Uint8Array, seed: number): Promise<number>
  crc32c(bytes: Uint8Array, seed: number): number
  crc32cPortable(bytes: Uint8Array, seed: number): number
  blasInfo(): BlasInfo
  setComputeThreads(threads: number): void
  adjustExternalMemory(bytes: number): void
}

/** What computes here. */
export interface BlasInfo {
  /** OpenBLAS's own description of its build, version first. */
  readonly config: string
  /** The CPU family whose kernels run, e.g. `Cooperlake`; results are bitwise equal only within one. */
  readonly coreType: string
  /** BLAS threads within one call. */
  readonly blasThreads: number
  /** Kernels that run at the same time. */
  readonly threads: number
  readonly crc32c: 'hardware' | 'portable'
}

let loaded: NativeAddon | undefined

/** The addon, loaded at the first use. @throws AddonError naming every place that was tried */
export function native(): NativeAddon {
  loaded ??= load()
  return loaded
}

function load(): NativeAddon {
  const require = createRequire(import.meta.url)
  const built = (configuration: string): string =>
    fileURLToPath(new URL(`../../native/build/${configuration}/numpywren.node`, import.meta.url))
  const chosen = process.env.NUMPYWREN_ADDON
  const places = chosen ? [chosen] : [built('Release'), built('Debug')]
  const failures: string[] = []
  for (const place of places) {
    try {
      return require(place) as NativeAddon
    } catch (error) {
      failures.push(`  ${place}: ${(error as Error).message.split('\n')[0]}`)
    }
  }
  throw new AddonError(
    `the native addon did not load; run \`npm run setup\`, which builds it. Tried:\n${failures.join('\n')}`,
  )
}

/** Runs a call of the addon; its errors come out as KernelArgumentError or InternalError. */
export async function callNative(call: (addon: NativeAddon) => Promise<number>): Promise<number> {
  const addon = native()
  try {
    return await call(addon)
  } catch (error) {
    throw translate(error)
  }
}

/** As {@link callNative}, for the functions that answer at once. */
export function callNativeSync<T>(call: (addon: NativeAddon) => T): T {
  const addon = native()
  try {
    return call(addon)
  } catch (error) {
    throw translate(error)
  }
}

function translate(error: unknown): Error {
  const { code, routine, argument, message } = error as Error & { code?: string; routine?: string; argument?: string }
  if (code === 'NUMPYWREN_ARGUMENT') {
    return new KernelArgumentError(routine ?? 'kernel', argument ?? 'argument', message, { cause: error })
  }
  return new InternalError(`the native addon failed: ${message}`, { cause: error })
}
