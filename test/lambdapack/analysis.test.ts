import test from 'ava'
import fc from 'fast-check'
import { EvaluationError } from '../../src/lambdapack/exact/index.ts'
import { expand } from '../../src/lambdapack/expand/expand.ts'
import { compareWithOracle } from './helpers/compare-with-oracle.ts'
import { programOf } from './helpers/compile-text.ts'
import { generatedProgram } from './helpers/generated-programs.ts'

test('the analysis agrees with the expander on generated programs', (t) => {
  const seen = { compared: 0, single: 0, edges: 0 }
  fc.assert(
    fc.property(generatedProgram, ({ text, args, aliases }) => {
      const program = programOf(text)
      let size = 0
      try {
        const { tasks, edges } = expand(program, args, { aliases })
        size = tasks.length
        seen.edges += Math.min(edges.length, 1)
      } catch (error) {
        // Such programs are for the checker.
        if (error instanceof EvaluationError) fc.pre(false)
        throw error
      }
      fc.pre(size > 0 && size <= 150)
      seen.compared++
      if (compareWithOracle(program, args, aliases)) seen.single++
    }),
    { numRuns: Number(process.env.NPW_RUNS ?? 400), maxSkipsPerRun: 1000, includeErrorInReport: true },
  )
  t.log(seen)
  t.true(seen.single > 50 && seen.edges > 50)
})
