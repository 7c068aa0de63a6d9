import type { ProgramNode } from '../ast.ts'
import { matchArguments } from '../call.ts'
import { collect } from '../visitor.ts'
import type { Rule, RuleContext } from './rule.ts'
import { suggest } from './suggest.ts'

/** A call of a program that does not exist or that leads back to itself, or with arguments that do not fit. */
export const programCall: Rule = function* (context) {
  const { program, module, kernels } = context
  for (const call of collect(program, 'ProgramCall')) {
    const { id } = call.callee
    const callee = module.programs.find(({ name }) => name.id === id)
    if (callee === undefined) {
      const names = module.programs.filter((other) => other !== program).map(({ name }) => name.id)
      const message = kernels.has(id)
        ? `'${id}' is a kernel: its result must be assigned to a tile`
        : `unknown program '${id}'${suggest(id, names)}`
      yield { code: 'program-call', message, span: call.callee.span }
    } else if (callee === program || reaches(context, callee, program)) {
      const message = `the call of '${id}' leads back to '${program.name.id}': programs do not call themselves`
      yield { code: 'program-call', message, span: call.callee.span }
    } else yield* argumentFaults(context, callee, call)
  }
}

function* argumentFaults(
  { resolution, program }: RuleContext,
  callee: ProgramNode,
  call: Parameters<typeof matchArguments>[1],
): ReturnType<Rule> {
  const { values, faults } = matchArguments(callee, call)
  for (const { message, span } of faults) yield { code: 'program-call', message, span }
  for (const [parameter, value] of values) {
    const meaning = value.kind === 'Name' ? resolution.meaningOf(value) : undefined
    if (value.kind === 'Name' && meaning === undefined) continue
    const place = `parameter '${parameter.name.id}' of '${callee.name.id}'`
    if (parameter.type === 'BigMatrix') {
      if (meaning?.kind !== 'matrix')
        yield { code: 'program-call', message: `${place} takes a matrix, by its name`, span: value.span }
      else if (parameter.grid !== undefined && meaning.parameter.grid === undefined) {
        const message = `${place} declares its grid; declare that of '${meaning.name.id}' in '${program.name.id}' too`
        yield { code: 'program-call', message, span: value.span }
      }
    } else if (meaning?.kind === 'matrix') {
      yield {
        code: 'program-call',
        message: `${place} takes a number, and '${meaning.name.id}' is a matrix`,
        span: value.span,
      }
    }
  }
}

function reaches({ module }: RuleContext, from: ProgramNode, to: ProgramNode): boolean {
  const seen = new Set<ProgramNode>()
  const stack = [from]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at === to) return true
    if (seen.has(at)) continue
    seen.add(at)
    for (const { callee } of collect(at, 'ProgramCall')) {
      const next = module.programs.find(({ name }) => name.id === callee.id)
      if (next !== undefined) stack.push(next)
    }
  }
  return false
}
