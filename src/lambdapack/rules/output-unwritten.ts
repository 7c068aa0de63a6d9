import { collect } from '../visitor.ts'
import type { Rule } from './rule.ts'

/** An output that no statement writes, or of which no tile is written at the given sizes. */
export const outputUnwritten: Rule = function* ({ program, resolution, doubts, walk }) {
  const passed = new Set(
    collect(program, 'ProgramCall').flatMap((call) => collect(call, 'Name').map((name) => name.id)),
  )
  const written = new Set(
    collect(program, 'KernelCall').flatMap((call) => call.targets.map((target) => target.matrix.id)),
  )
  for (const name of collect(program, 'Return').flatMap((node) => node.names)) {
    if (resolution.meaningOf(name)?.kind !== 'matrix' || doubts.has(name.id)) continue
    if (!written.has(name.id) && !passed.has(name.id)) {
      yield { code: 'output-unwritten', message: `output '${name.id}' is never written`, span: name.span }
    } else if (walk?.complete && !walk.uncertain.has(name.id) && !walk.isWritten(name.id)) {
      // The strict lower half of one tile is empty, and no fault; a run of no task at all is one.
      if (walk.isIdle(name.id) && walk.tasks.length > 0) continue
      const message = `output '${name.id}' is never written: no statement that writes it runs${walk.sizes}`
      yield { code: 'output-unwritten', message, span: name.span }
    }
  }
}
