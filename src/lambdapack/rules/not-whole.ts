import type { ExpressionNode } from '../ast.ts'
import { EvaluationError } from '../exact/index.ts'
import { collect } from '../visitor.ts'
import { evaluateWhole, LocatedError } from './evaluate.ts'
import { faultsOf } from './incidents.ts'
import type { Rule } from './rule.ts'

/** An index, a bound of a range or an extent of a grid that is no whole number. */
export const notWhole: Rule = function* ({ program, walk }) {
  const places: (ExpressionNode | undefined)[] = [
    ...collect(program, 'TileRef').flatMap((reference) => reference.indices),
    ...collect(program, 'For').flatMap((loop) => [loop.start, loop.stop, loop.step]),
    ...program.parameters.flatMap((parameter) => parameter.grid ?? []),
  ]
  for (const node of places) {
    const message = node === undefined ? undefined : faultOf(node)
    if (node !== undefined && message !== undefined) yield { code: 'not-whole', message, span: node.span }
  }
  yield* faultsOf(walk, 'not-whole', 'not-whole')
}

function faultOf(node: ExpressionNode): string | undefined {
  try {
    evaluateWhole(node, () => undefined)
    return undefined
  } catch (error) {
    if (error instanceof LocatedError && error.fault === 'not-whole') return error.message
    if (error instanceof EvaluationError) return undefined
    throw error
  }
}
