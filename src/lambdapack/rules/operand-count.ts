import type { ExpressionNode, TileRefNode } from '../ast.ts'
import { collect } from '../visitor.ts'
import type { Rule } from './rule.ts'

/** A kernel with too few or too many tiles to read. */
export const operandCount: Rule = function* ({ program, kernels, resolution }) {
  // A whole matrix or a kernel call where a tile belongs: other rules say so, once.
  const isMeantAsTile = (argument: TileRefNode | ExpressionNode): boolean =>
    (argument.kind === 'Name' && resolution.meaningOf(argument)?.kind === 'matrix') ||
    (argument.kind === 'Call' && kernels.has(argument.callee.id))
  for (const call of collect(program, 'KernelCall')) {
    const kernel = kernels.get(call.kernel.id)
    if (kernel === undefined || call.arguments.some(isMeantAsTile)) continue
    const found = call.arguments.filter((argument) => argument.kind === 'TileRef').length
    const { minInputs, maxInputs } = kernel
    if (found >= minInputs && found <= maxInputs) continue
    const wanted =
      minInputs === maxInputs
        ? `${minInputs}`
        : maxInputs === Infinity
          ? `at least ${minInputs}`
          : `${minInputs} to ${maxInputs}`
    const message = `'${call.kernel.id}' reads ${wanted} ${wanted.endsWith('1') ? 'tile' : 'tiles'}; ${found} given`
    yield { code: 'operand-count', message, span: call.kernel.span }
  }
}
