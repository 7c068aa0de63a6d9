/** The algorithms: which program, which matrices, and the judgement of their results. */

export { type Algorithm, isShipped, type Place } from './algorithm.ts'
export { algorithms, programOf, verifications } from './catalogue.ts'
export { cholesky } from './cholesky.ts'
export { type EighOptions, eigh } from './eigh.ts'
export { SingularMatrixError } from './errors.ts'
export { type GemmOptions, gemm } from './gemm.ts'
export { inspectStructure, type Structure } from './inspect.ts'
export { type InvOptions, inv } from './inv.ts'
export { type LinkedSource, link, readSource, shippedPrograms, shippedText } from './library.ts'
export { type LstsqOptions, lstsq } from './lstsq.ts'
export { lu } from './lu.ts'
export { type MapOperation, type MapOptions, map } from './map.ts'
export { type NormKind, type NormOptions, norm } from './norm.ts'
export { type PcaOptions, pca } from './pca.ts'
export { type QrOptions, qr } from './qr.ts'
export { type ReshardOptions, reshard } from './reshard.ts'
export { type Assumption, assumptions, type SolveOptions, solve } from './solve.ts'
export {
  type AlgorithmCall,
  type AlgorithmSpec,
  algorithmCall,
  type OperandSpec,
  type OptionSpec,
  type OptionValue,
  type ProcedureSpec,
  type ProgramSpec,
  type Report,
  type ResultSpec,
  type Stages,
} from './spec.ts'
export { type SumOptions, sum } from './sum.ts'
export { type SvdOptions, svd } from './svd.ts'
export { transpose } from './transpose.ts'
export { type TsqrOptions, tsqr } from './tsqr.ts'
export { verifyCholesky } from './verify/cholesky.ts'
export { verifyEigh } from './verify/eigh.ts'
export { verifyGemm } from './verify/gemm.ts'
export { verifyInv } from './verify/inv.ts'
export { verifyLstsq } from './verify/lstsq.ts'
export { verifyLu } from './verify/lu.ts'
export { verifyMap } from './verify/map.ts'
export { verifyReshard, verifyTranspose } from './verify/moved.ts'
export { verifyPca } from './verify/pca.ts'
export { orthogonality, verifyQr } from './verify/qr.ts'
export { epsilon, scaledRatio, threshold, type Verdict } from './verify/ratio.ts'
export { norm1, type ResidualOptions, residualNorm1 } from './verify/residual.ts'
export { verifySolve } from './verify/solve.ts'
export type { AnyVerifySpec, VerifySpec } from './verify/spec.ts'
export { verifySum } from './verify/sum.ts'
export { verifySingularValues, verifySvd } from './verify/svd.ts'
