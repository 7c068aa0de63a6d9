import { bindScalars } from './arguments.ts'
import type { ModuleNode, ProgramNode } from './ast.ts'
import { type Diagnostic, type Finding, sortDiagnostics, toDiagnostic } from './diagnostic.ts'
import { describe, type Value } from './exact/index.ts'
import { entryProgram, inlineLeniently } from './inline.ts'
import { parse } from './parse.ts'
import { type KernelShape, type RuleContext, rules } from './rules/index.ts'
import { resolve } from './rules/scopes.ts'
import { type Walk, walk } from './rules/walk.ts'
import type { Source } from './source.ts'
import { collect } from './visitor.ts'

export interface CheckOptions {
  /** The kernels that programs may call. */
  readonly kernels: readonly KernelShape[]
  /** Values of the scalar parameters; with them (or when all have defaults) what depends on sizes is found too. */
  readonly args?: Readonly<Record<string, number>>
  /** The program that is run. @default the last one of the text */
  readonly program?: string
  /** Matrix parameters bound to existing matrices that are inputs: a write to one is a fault. */
  readonly inputs?: readonly string[]
  /** Parameters bound to the array of another parameter. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Iterations and kernel calls that are followed at the given sizes. @default 1000000 */
  readonly limit?: number
}

const defaultLimit = 1_000_000

/**
 * All faults of a program text, in order of the text: syntax, names, calls, values and tiles. Every program of the text is
 * checked; the one that is run also at its sizes, by running its loops (tasks are counted, nothing is computed).
 * @throws CompileError when `program` names none
 */
export function check(source: Source, options: CheckOptions): Diagnostic[] {
  const { module, diagnostics, doubts } = parse(source)
  if (module.programs.length === 0) return [...diagnostics]
  const entry = entryProgram(module, options.program)
  const kernels = new Map(
    options.kernels.flatMap((kernel) => [kernel.name, ...kernel.aliases].map((name) => [name, kernel] as const)),
  )
  const { scalars, findings: argumentFindings } = bindScalars(entry, options.args, doubts.get(entry) ?? new Set())
  const inputs = new Set(options.inputs)
  const found: Finding[] = [...argumentFindings]
  for (const program of module.programs) {
    const own = doubts.get(program) ?? new Set<string>()
    const walked =
      program === entry && scalars !== undefined ? walkEntry(module, entry, scalars, doubts, options) : undefined
    const context: RuleContext = {
      source,
      module,
      program,
      kernels,
      doubts: own,
      inputs: program === entry ? inputs : new Set(),
      resolution: resolve(program),
      walk: walked,
    }
    for (const rule of rules) found.push(...rule(context))
  }
  const first = new Map<string, Finding>()
  for (const finding of found) {
    // What is certain without sizes is not said again with them.
    const key = `${finding.code} ${finding.span.start} ${finding.related?.span.start ?? ''}`
    if (!first.has(key)) first.set(key, finding)
  }
  return sortDiagnostics([...diagnostics, ...[...first.values()].map((finding) => toDiagnostic(source, finding))])
}

function walkEntry(
  module: ModuleNode,
  entry: ProgramNode,
  scalars: ReadonlyMap<string, Value>,
  doubts: ReadonlyMap<ProgramNode, ReadonlySet<string>>,
  { aliases = {}, limit = defaultLimit }: CheckOptions,
): Walk {
  const { program, dropped } = inlineLeniently(module, entry)
  const names = new Set([...doubts.values()].flatMap((doubted) => [...doubted]))
  for (const call of dropped) for (const name of collect(call, 'Name')) names.add(name.id)
  const values = [...scalars].map(([name, value]) => `${name}=${describe(value)}`)
  const sizes = values.length === 0 ? '' : ` (${values.join(', ')})`
  return walk(program, { scalars, sizes, aliases, doubts: names, limit })
}
