/** Kernels: tiles, the registry that programs call by name, and the routines behind it. */

export { AddonError, KernelArgumentError, NotPositiveDefiniteError, type TileLocation } from './errors.ts'
export {
  gemmFlops,
  gemqrtFlops,
  geqrtFlops,
  potrfFlops,
  syrkFlops,
  tpmqrtFlops,
  tpqrtFlops,
  trsmFlops,
} from './flops.ts'
export type { BlasInfo } from './native.ts'
export { createRegistry, kernelRegistry } from './registry.ts'
export type {
  Extent,
  Kernel,
  KernelContext,
  KernelRegistry,
  KernelScalars,
  KernelSignature,
} from './registry-types.ts'
export { findNonFinite, isSameTile } from './routines/checks.ts'
export { blasInfo, setComputeThreads } from './routines/compute.ts'
export { convertInto } from './routines/convert.ts'
export { crc32c, crc32cAsync } from './routines/crc32c.ts'
export {
  copyInto,
  fill,
  type GeaddOptions,
  geadd,
  hadamard,
  rbf,
  rowSumsq,
  scale,
  shiftDiagonal,
  symmetrizeLower,
  transposeInto,
} from './routines/elementwise.ts'
export { ExternalMemory } from './routines/external-memory.ts'
export { type GemmOptions, gemm } from './routines/gemm.ts'
export { addColumnAbsSums, addRowAbsSums, FrobeniusSum, maxAbs } from './routines/norms.ts'
export { potrf } from './routines/potrf.ts'
export { gemqrt, geqrt, tpmqrt, tpqrt } from './routines/qr.ts'
export { type SyrkOptions, syrk } from './routines/syrk.ts'
export { type TrsmOptions, trsm } from './routines/trsm.ts'
export { type Dtype, dtypeOf, type Tile, type TileData, zeroTile } from './tile.ts'
