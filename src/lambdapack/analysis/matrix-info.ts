import type { ProgramNode } from '../ast.ts'
import type { MatrixInfo } from '../program.ts'
import type { Binding, Statement } from './statement.ts'

/**
 * Every matrix once, by canonical name. Inputs are never written; outputs are those that `return` names or, without it, the
 * written ones among the bound (all of them when it is not said which are bound).
 */
export function matrixInfos(
  program: ProgramNode,
  bindings: ReadonlyMap<string, Binding>,
  statements: readonly Statement[],
  bound: readonly string[] | undefined,
): readonly MatrixInfo[] {
  const ranks = new Map<string, number>()
  const written = new Set<string>()
  for (const statement of statements) {
    for (const reference of [...statement.reads, ...statement.writes])
      ranks.set(reference.matrix, reference.indices.length)
    for (const reference of statement.writes) written.add(reference.matrix)
  }
  const canonical = (name: string): string => bindings.get(name)?.matrix ?? name
  const returned = program.body.find((statement) => statement.kind === 'Return')
  const outputs = new Set(
    (returned?.names.map((name) => name.id) ?? bound ?? [...written])
      .map(canonical)
      .filter((name) => written.has(name)),
  )
  const infos: MatrixInfo[] = []
  for (const parameter of program.parameters) {
    const name = parameter.name.id
    const binding = bindings.get(name)
    if (binding?.matrix !== name) continue
    infos.push({
      name,
      rank: ranks.get(name) ?? binding.grid?.length ?? 0,
      grid: binding.grid,
      zeros: parameter.default !== undefined,
      role: outputs.has(name) ? 'output' : written.has(name) ? 'intermediate' : 'input',
    })
  }
  return infos
}
