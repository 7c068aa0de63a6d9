/** Every algorithm and every judgement, in the order of the help. */

import { cholesky } from './cholesky.ts'
import { eigh } from './eigh.ts'
import { gemm } from './gemm.ts'
import { inv } from './inv.ts'
import { lstsq } from './lstsq.ts'
import { lu } from './lu.ts'
import { map } from './map.ts'
import { norm } from './norm.ts'
import { pca } from './pca.ts'
import { qr } from './qr.ts'
import { reshard } from './reshard.ts'
import { solve } from './solve.ts'
import type { AlgorithmSpec } from './spec.ts'
import { sum } from './sum.ts'
import { svd } from './svd.ts'
import { transpose } from './transpose.ts'
import { tsqr } from './tsqr.ts'
import { choleskyVerification } from './verify/cholesky.ts'
import { eighVerification } from './verify/eigh.ts'
import { gemmVerification } from './verify/gemm.ts'
import { invVerification } from './verify/inv.ts'
import { lstsqVerification } from './verify/lstsq.ts'
import { luVerification } from './verify/lu.ts'
import { mapVerification } from './verify/map.ts'
import { reshardVerification, transposeVerification } from './verify/moved.ts'
import { pcaVerification } from './verify/pca.ts'
import { qrVerification, tsqrVerification } from './verify/qr.ts'
import { solveVerification } from './verify/solve.ts'
import type { AnyVerifySpec } from './verify/spec.ts'
import { sumVerification } from './verify/sum.ts'
import { svdVerification } from './verify/svd.ts'

export const algorithms: readonly AlgorithmSpec[] = [
  cholesky,
  gemm,
  lu,
  inv,
  solve,
  lstsq,
  qr,
  tsqr,
  eigh,
  pca,
  svd,
  transpose,
  reshard,
  map,
  norm,
  sum,
]

export const verifications: readonly AnyVerifySpec[] = [
  choleskyVerification,
  gemmVerification,
  luVerification,
  invVerification,
  solveVerification,
  lstsqVerification,
  eighVerification,
  pcaVerification,
  svdVerification,
  qrVerification,
  tsqrVerification,
  transposeVerification,
  reshardVerification,
  mapVerification,
  sumVerification,
]

/** The shipped program that an algorithm's name stands for where programs are shown; any other name as it is. */
export function programOf(nameOrFile: string): string {
  return algorithms.find(({ name }) => name === nameOrFile)?.program ?? nameOrFile
}
