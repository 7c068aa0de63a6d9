import { absentOperand } from './absent-operand.ts'
import { assignedTwice } from './assigned-twice.ts'
import { cycle } from './cycle.ts'
import { divisionByZero } from './division-by-zero.ts'
import { duplicateProgram } from './duplicate-program.ts'
import { emptyRange } from './empty-range.ts'
import { functionCall } from './function-call.ts'
import { indexCount } from './index-count.ts'
import { kernelScalar } from './kernel-scalar.ts'
import { loopLimit } from './loop-limit.ts'
import { nameKind } from './name-kind.ts'
import { noValue } from './no-value.ts'
import { notWhole } from './not-whole.ts'
import { oneBranch } from './one-branch.ts'
import { operandCount } from './operand-count.ts'
import { outputCount } from './output-count.ts'
import { outputUnwritten } from './output-unwritten.ts'
import { outsideGrid } from './outside-grid.ts'
import { parameterDefault } from './parameter.ts'
import { programCall } from './program-call.ts'
import { returnPlace } from './return-place.ts'
import type { Rule } from './rule.ts'
import { shadowedName } from './shadowed-name.ts'
import { unknownKernel } from './unknown-kernel.ts'
import { unknownName } from './unknown-name.ts'
import { unwrittenRead } from './unwritten-read.ts'
import { writeToInput } from './write-to-input.ts'
import { writtenTwice } from './written-twice.ts'
import { zeroStep } from './zero-step.ts'

export type { KernelShape, Rule, RuleContext } from './rule.ts'

/** Every rule: names first, then calls, then values, then tiles. */
export const rules: readonly Rule[] = [
  duplicateProgram,
  parameterDefault,
  unknownName,
  nameKind,
  shadowedName,
  assignedTwice,
  oneBranch,
  returnPlace,
  unknownKernel,
  operandCount,
  kernelScalar,
  outputCount,
  functionCall,
  programCall,
  indexCount,
  divisionByZero,
  notWhole,
  noValue,
  zeroStep,
  emptyRange,
  loopLimit,
  outsideGrid,
  absentOperand,
  writeToInput,
  writtenTwice,
  unwrittenRead,
  outputUnwritten,
  cycle,
]
