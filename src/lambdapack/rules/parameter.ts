import type { ExpressionNode } from '../ast.ts'
import { compare, EvaluationError, toWhole } from '../exact/index.ts'
import { collect } from '../visitor.ts'
import { evaluateConstant } from './evaluate.ts'
import type { Rule } from './rule.ts'

/** A default value that is no constant of its parameter's type, or something other than `= 0` after a matrix. */
export const parameterDefault: Rule = function* ({ program, doubts }) {
  for (const { name, type, default: value } of program.parameters) {
    if (value === undefined || doubts.has(name.id)) continue
    const message = faultOf(type, value)
    if (message !== undefined) yield { code: 'parameter', message: `'${name.id}': ${message}`, span: value.span }
  }
}

function faultOf(type: 'BigMatrix' | 'int' | 'float', value: ExpressionNode): string | undefined {
  const callees = new Set(collect(value, 'Call').map((call) => call.callee))
  if (collect(value, 'Name').some((name) => !callees.has(name))) return 'a default value is a constant'
  try {
    const constant = evaluateConstant(value)
    if (type === 'BigMatrix' && compare(constant, 0) !== 0) {
      return "only '= 0' may follow a matrix: tiles that nobody wrote read as zeros"
    }
    if (type === 'int') toWhole(constant)
    return undefined
  } catch (error) {
    if (error instanceof EvaluationError)
      return `the default value must be ${type === 'int' ? 'an integer' : 'a number'}: ${error.message}`
    throw error
  }
}
