import { InternalError } from '../errors.ts'
import { bandColumnsKernel } from './entries/band-columns.ts'
import { bandPlaceKernel } from './entries/band-place.ts'
import { bandReflectKernel, bdsdcKernel, bdsqrKernel, gb2bdKernel, gb2bdVectorsKernel } from './entries/bidiagonal.ts'
import { columnPeaksKernel, explainedVarianceKernel, subtractMeansKernel } from './entries/components.ts'
import { estimateStartKernel, largestRowsKernel, signKernel, unitColumnsKernel } from './entries/condition.ts'
import { convertKernel } from './entries/convert.ts'
import { copyKernel, shiftDiagonalKernel, transposeKernel } from './entries/copies.ts'
import { gesddKernel, gesddValuesKernel } from './entries/dense-svd.ts'
import { absKernel, divKernel, expKernel, logKernel, sqrtKernel } from './entries/functions.ts'
import { rbfKernel, rowSumsqKernel } from './entries/gaussian.ts'
import { ge2gbRowKernel, ge2gbUpdateKernel } from './entries/ge2gb.ts'
import { gelsdKernel } from './entries/gelsd.ts'
import { gemmKernel } from './entries/gemm.ts'
import { gemmPartKernel } from './entries/gemm-part.ts'
import { gelqtKernel, gemlqtKernel, lqFactorKernel, tplqtKernel, tpmlqtKernel } from './entries/lq.ts'
import { luDiagonalKernel, luPanelKernel, luUpdateKernel } from './entries/lu.ts'
import {
  colAbsSumsKernel,
  colMaxAbsKernel,
  colSumsqKernel,
  symmetrizeKernel,
  zeroPivotKernel,
} from './entries/magnitudes.ts'
import { copyMaxKernel, maxAbsKernel } from './entries/maxima.ts'
import { panelPartKernel, panelQrKernel } from './entries/panel.ts'
import { panelApplyKernel } from './entries/panel-apply.ts'
import { embedKernel, placeKernel, sliceKernel } from './entries/parts.ts'
import { potrfKernel } from './entries/potrf.ts'
import { geqrtKernel, qrFactorKernel, tpqrtKernel, ttqrtKernel } from './entries/qr.ts'
import { gemqrtKernel, tpmqrtKernel, ttmqrtKernel } from './entries/qr-apply.ts'
import { randomNormalKernel } from './entries/random.ts'
import { addSumsqKernel, sumsKernel, sumsqKernel } from './entries/reductions.ts'
import { rescaleKernel } from './entries/rescale.ts'
import { pivotRowsKernel, receiveRowsKernel, rowNumbersKernel, takeRowsKernel } from './entries/row-exchange.ts'
import { diagonalKernel, diagonalSignsKernel, scaleRowsKernel } from './entries/signs.ts'
import { addKernel, geaddKernel, mulKernel, scaleKernel } from './entries/sums.ts'
import { sy2sbMultiplyKernel, sy2sbUpdateKernel } from './entries/sy2sb.ts'
import { syevdKernel, syevdValuesKernel } from './entries/syevd.ts'
import { syrkKernel } from './entries/syrk.ts'
import { factorRowsKernel, mergeRowsKernel, selectRowsKernel } from './entries/tournament.ts'
import { sb2stKernel, sb2stVectorsKernel, stedcKernel, sterfKernel } from './entries/tridiagonal.ts'
import { trsmKernel, trsmSubKernel } from './entries/trsm.ts'
import type { Kernel, KernelRegistry } from './registry-types.ts'

/** A registry of these kernels. @throws InternalError when two share a name */
export function createRegistry(kernels: readonly Kernel[]): KernelRegistry {
  const byName = new Map<string, Kernel>()
  for (const kernel of kernels) {
    for (const name of [kernel.name, ...kernel.aliases]) {
      if (byName.has(name)) throw new InternalError(`two kernels are called ${name}`)
      byName.set(name, kernel)
    }
  }
  return { get: (name) => byName.get(name), list: () => kernels }
}

/** Every kernel that a program may call, by its LAPACK name and by numpywren's. */
export const kernelRegistry: KernelRegistry = createRegistry([
  potrfKernel,
  trsmKernel,
  syrkKernel,
  gemmKernel,
  addKernel,
  geaddKernel,
  mulKernel,
  scaleKernel,
  divKernel,
  absKernel,
  expKernel,
  sqrtKernel,
  logKernel,
  sumsKernel,
  sumsqKernel,
  addSumsqKernel,
  copyKernel,
  convertKernel,
  transposeKernel,
  shiftDiagonalKernel,
  sliceKernel,
  placeKernel,
  embedKernel,
  panelQrKernel,
  panelPartKernel,
  gemmPartKernel,
  ge2gbRowKernel,
  ge2gbUpdateKernel,
  bandPlaceKernel,
  gb2bdKernel,
  gb2bdVectorsKernel,
  bandReflectKernel,
  bdsqrKernel,
  bdsdcKernel,
  gesddKernel,
  gesddValuesKernel,
  randomNormalKernel,
  trsmSubKernel,
  rbfKernel,
  rowSumsqKernel,
  colAbsSumsKernel,
  colMaxAbsKernel,
  colSumsqKernel,
  symmetrizeKernel,
  zeroPivotKernel,
  estimateStartKernel,
  signKernel,
  largestRowsKernel,
  unitColumnsKernel,
  gelsdKernel,
  geqrtKernel,
  tpqrtKernel,
  ttqrtKernel,
  gemqrtKernel,
  tpmqrtKernel,
  ttmqrtKernel,
  qrFactorKernel,
  gelqtKernel,
  tplqtKernel,
  gemlqtKernel,
  tpmlqtKernel,
  lqFactorKernel,
  diagonalSignsKernel,
  scaleRowsKernel,
  diagonalKernel,
  selectRowsKernel,
  mergeRowsKernel,
  factorRowsKernel,
  luPanelKernel,
  luDiagonalKernel,
  luUpdateKernel,
  pivotRowsKernel,
  receiveRowsKernel,
  takeRowsKernel,
  rowNumbersKernel,
  maxAbsKernel,
  copyMaxKernel,
  rescaleKernel,
  sy2sbMultiplyKernel,
  sy2sbUpdateKernel,
  bandColumnsKernel,
  subtractMeansKernel,
  columnPeaksKernel,
  explainedVarianceKernel,
  panelApplyKernel,
  sb2stKernel,
  sb2stVectorsKernel,
  sterfKernel,
  stedcKernel,
  syevdKernel,
  syevdValuesKernel,
])
