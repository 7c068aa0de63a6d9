import { type BlasInfo, callNativeSync } from '../native.ts'

/** How many kernels may run at the same time, in the whole process. @default the number of cores */
export function setComputeThreads(threads: number): void {
  callNativeSync((addon) => addon.setComputeThreads(threads))
}

/** What computes here: OpenBLAS's build and core type, threads, the CRC-32C in use. */
export function blasInfo(): BlasInfo {
  return callNativeSync((addon) => addon.blasInfo())
}
