import type { Rule, RuleContext } from './rule.ts'
import type { Use } from './scopes.ts'
import { suggest } from './suggest.ts'

/** A name that is no parameter, loop variable or scalar here. */
export const unknownName: Rule = function* (context) {
  for (const use of context.resolution.uses) {
    const { name, problem } = use
    if (problem === undefined || problem === 'partial' || context.doubts.has(name.id)) continue
    yield { code: 'unknown-name', message: messageOf(context, use), span: name.span }
  }
}

function messageOf({ program }: RuleContext, { name, wants, problem }: Use): string {
  if (problem === 'early') return `'${name.id}' is used before it is assigned`
  if (problem === 'ended') return `'${name.id}' has no value here: it is assigned in a block that has ended`
  const matrices = program.parameters.filter((parameter) => (parameter.type === 'BigMatrix') === (wants === 'matrix'))
  const hint = suggest(
    name.id,
    (wants === 'either' ? program.parameters : matrices).map((parameter) => parameter.name.id),
  )
  if (wants === 'matrix') return `unknown matrix '${name.id}': it is no parameter of '${program.name.id}'${hint}`
  return `unknown name '${name.id}'${hint}`
}
