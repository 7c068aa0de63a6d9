import type { KernelCallNode, TileRefNode } from '../ast.ts'
import { collect } from '../visitor.ts'
import { circumstances } from './incidents.ts'
import type { KernelShape, Rule } from './rule.ts'

/** An operand outside of its declared grid, for a kernel that takes no absent one there. */
export const absentOperand: Rule = function* ({ program, kernels, walk }) {
  if (walk === undefined || walk.outsideReads.size === 0) return
  const calls = new Set([...walk.tasks.map((task) => task.call), ...collect(program, 'KernelCall')])
  for (const call of calls) {
    const kernel = kernels.get(call.kernel.id)
    if (kernel === undefined) continue
    for (const [position, operand] of operandsOf(call).entries()) {
      const incident = walk.outsideReads.get(operand)
      if (incident === undefined || accepts(kernel, position)) continue
      const message = `'${call.kernel.id}' takes no absent operand here: ${incident.text}${circumstances(incident, walk)}`
      yield { code: 'absent-operand', message, span: operand.span }
    }
  }
}

function operandsOf(call: KernelCallNode): TileRefNode[] {
  return call.arguments.filter((argument) => argument.kind === 'TileRef')
}

function accepts({ absent }: KernelShape, position: number): boolean {
  return absent[Math.min(position, absent.length - 1)] ?? false
}
