import type { ExpressionNode } from '../ast.ts'
import { collect } from '../visitor.ts'
import { constantOf } from './evaluate.ts'
import { difference, greatest, linearOf, smallest } from './linear.ts'
import type { Rule } from './rule.ts'

/** A loop that runs at no sizes, sizes being 0 or more. A range that is empty at some sizes only is no fault. */
export const emptyRange: Rule = function* ({ program, resolution, walk }) {
  const zero: ExpressionNode = { kind: 'Number', text: '0', span: program.span }
  for (const loop of collect(program, 'For')) {
    const step = loop.step === undefined ? 1 : constantOf(loop.step)
    const start = linearOf(loop.start ?? zero, resolution, '')
    const stop = linearOf(loop.stop, resolution, '')
    // At the given sizes it ran: one of them is negative.
    if (walk?.hasRun(loop)) continue
    if (typeof step !== 'number' || step === 0 || start === undefined || stop === undefined) continue
    const length = difference(stop, start)
    const bound = step > 0 ? greatest(length, resolution, '', true) : smallest(length, resolution, '', true)
    if (bound === undefined || (step > 0 ? bound > 0 : bound < 0)) continue
    const last = loop.step ?? loop.stop
    const span = { start: (loop.start ?? loop.stop).span.start, end: last.span.end }
    yield {
      code: 'empty-range',
      message: `this range is always empty: the loop over '${loop.variable.id}' never runs`,
      span,
    }
  }
}
