import type { ProgramNode } from './ast.ts'
import type { Finding } from './diagnostic.ts'
import { EvaluationError, fromNumber, type Value } from './exact/index.ts'
import { evaluateConstant } from './rules/evaluate.ts'

/** Values of a program's scalar parameters, as far as given or defaulted, and what is wrong with what was given. */
export interface BoundScalars {
  /** `undefined` while a parameter has no value. */
  readonly scalars: ReadonlyMap<string, Value> | undefined
  readonly findings: readonly Finding[]
}

/**
 * Binds `--arg` values. Without any (`undefined`) nothing is missed: the program is then checked without sizes.
 * `doubts` are names whose parameter could not be read.
 */
export function bindScalars(
  program: ProgramNode,
  args: Readonly<Record<string, number>> | undefined,
  doubts: ReadonlySet<string>,
): BoundScalars {
  const findings: Finding[] = []
  const scalars = new Map<string, Value>()
  const parameters = program.parameters.filter(({ type }) => type !== 'BigMatrix')
  const report = (message: string, { span }: { readonly span: Finding['span'] }): void => {
    findings.push({ code: 'argument', message, span })
  }
  for (const name of Object.keys(args ?? {})) {
    if (doubts.has(name) || parameters.some((parameter) => parameter.name.id === name)) continue
    const known = parameters.map((parameter) => parameter.name.id).join(', ')
    report(
      `argument '${name}' is given, and program '${program.name.id}' takes ${known === '' ? 'none' : known}`,
      program.name,
    )
  }
  for (const { name, type, default: initial } of parameters) {
    const given = args !== undefined && Object.hasOwn(args, name.id) ? args[name.id] : undefined
    if (given !== undefined) {
      const wanted = type === 'int' ? Number.isSafeInteger(given) : Number.isFinite(given)
      if (wanted) scalars.set(name.id, fromNumber(given))
      else report(`argument '${name.id}' must be ${type === 'int' ? 'an integer' : 'a number'}; it is ${given}`, name)
    } else if (initial !== undefined) {
      const value = attempt(() => evaluateConstant(initial))
      if (value !== undefined) scalars.set(name.id, value)
    } else if (args !== undefined) report(`argument '${name.id}' has no value: give --arg ${name.id}=...`, name)
  }
  return { scalars: scalars.size === parameters.length ? scalars : undefined, findings }
}

function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute()
  } catch (error) {
    if (error instanceof EvaluationError) return undefined
    throw error
  }
}
