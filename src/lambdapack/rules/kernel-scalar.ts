import type { KernelCallNode } from '../ast.ts'
import type { Finding } from '../diagnostic.ts'
import { collect } from '../visitor.ts'
import type { Rule, RuleContext } from './rule.ts'
import { suggest } from './suggest.ts'

/** A kernel with a scalar that it does not take, or with one that it is given twice. */
export const kernelScalar: Rule = function* (context) {
  for (const call of collect(context.program, 'KernelCall')) {
    const scalars = context.kernels.get(call.kernel.id)?.scalars
    if (scalars !== undefined) yield* faultsOf(call, scalars, context)
  }
}

function* faultsOf(
  { kernel, arguments: given, keywords }: KernelCallNode,
  scalars: readonly string[],
  { kernels, resolution }: RuleContext,
): Iterable<Finding> {
  const known = scalars.length === 0 ? 'it takes none' : `it takes ${scalars.join(', ')}`
  const positional = given.filter((argument) => argument.kind !== 'TileRef')
  // A whole matrix or a kernel call where a tile belongs: other rules say so, once.
  const isMeantAsTile = positional.some(
    (argument) =>
      (argument.kind === 'Name' && resolution.meaningOf(argument)?.kind === 'matrix') ||
      (argument.kind === 'Call' && kernels.has(argument.callee.id)),
  )
  const extra = positional[scalars.length]
  if (extra !== undefined && !isMeantAsTile) {
    const message = `'${kernel.id}' is given ${positional.length} ${positional.length === 1 ? 'scalar' : 'scalars'}; ${known}`
    yield { code: 'kernel-scalar', message, span: extra.span }
  }
  for (const { name } of keywords) {
    const at = scalars.indexOf(name.id)
    if (at < 0) {
      const message = `'${kernel.id}' has no scalar '${name.id}'; ${known}${suggest(name.id, scalars)}`
      yield { code: 'kernel-scalar', message, span: name.span }
    } else if (at < positional.length && !isMeantAsTile) {
      const message = `'${kernel.id}' is given '${name.id}' by position and by keyword`
      yield { code: 'kernel-scalar', message, span: name.span }
    }
  }
}
