import type { Rule } from './rule.ts'

/** A matrix where a number is wanted, and the reverse. */
export const nameKind: Rule = function* ({ resolution }) {
  for (const { name, wants, meaning } of resolution.uses) {
    if (meaning === undefined) continue
    const matrix = meaning.kind === 'matrix'
    if (wants === 'scalar' && matrix) {
      yield { code: 'name-kind', message: `'${name.id}' is a matrix, and a number is wanted here`, span: name.span }
    } else if (wants === 'matrix' && !matrix) {
      const what = { parameter: 'a scalar parameter', loop: 'a loop variable', scalar: 'a scalar', matrix: 'a matrix' }[
        meaning.kind
      ]
      yield { code: 'name-kind', message: `'${name.id}' is ${what}, and a matrix is wanted here`, span: name.span }
    }
  }
}
