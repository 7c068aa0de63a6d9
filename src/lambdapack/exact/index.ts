/** Exact arithmetic of scalar expressions. */

export type { EvaluationFault } from './errors.ts'
export { EvaluationError } from './errors.ts'
export { applied, type BinaryOperator, binary, type CompareOperator, holds } from './operators.ts'
export type { Value } from './value.ts'
export {
  add,
  ceiling,
  compare,
  describe,
  divide,
  floor,
  floorDivide,
  fromNumber,
  fromText,
  log,
  modulo,
  multiply,
  negate,
  power,
  subtract,
  toNumber,
  toWhole,
} from './value.ts'
