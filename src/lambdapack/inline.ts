import { CompileError } from './analysis/errors.ts'
import type { ExpressionNode, ModuleNode, NameNode, ProgramCallNode, ProgramNode, StatementNode } from './ast.ts'
import { bindArguments } from './call.ts'
import { renameIn } from './rename.ts'
import { collect } from './visitor.ts'

/** A program without calls, and the calls that could not be inlined (unknown, recursive, or with wrong arguments). */
export interface Inlined {
  readonly program: ProgramNode
  readonly dropped: readonly ProgramCallNode[]
}

/** The program of a module to run: the named one, else the last. @throws CompileError when there is none */
export function entryProgram(module: ModuleNode, name?: string): ProgramNode {
  const found =
    name === undefined ? module.programs.at(-1) : module.programs.find((program) => program.name.id === name)
  if (found !== undefined) return found
  const names = module.programs.map((program) => program.name.id)
  if (name === undefined) throw new CompileError('there is no program in this text')
  throw new CompileError(
    `there is no program '${name}' here; there is ${names.length === 0 ? 'none' : names.join(', ')}`,
  )
}

/**
 * A program with the calls of other programs replaced by their bodies. Matrices take the caller's names and declarations,
 * scalar parameters become the expressions given, and names that would collide get a number.
 * @throws CompileError for a call of an unknown program, a recursive one, or one with wrong arguments: `check` finds these with a place
 */
export function inline(module: ModuleNode, name?: string): ProgramNode {
  const { program, dropped } = inlineLeniently(module, entryProgram(module, name))
  const [call] = dropped
  if (call === undefined) return program
  throw new CompileError(
    `the call of program '${call.callee.id}' cannot be inlined: it is unknown, recursive or has wrong arguments`,
  )
}

/** As {@link inline}; calls that cannot be inlined are left out and listed. */
export function inlineLeniently(module: ModuleNode, program: ProgramNode): Inlined {
  const dropped: ProgramCallNode[] = []
  return { program: expand(module, program, [program], dropped), dropped }
}

function expand(
  module: ModuleNode,
  program: ProgramNode,
  active: readonly ProgramNode[],
  dropped: ProgramCallNode[],
): ProgramNode {
  if (collect(program, 'ProgramCall').length === 0) return program
  const taken = new Set([
    ...program.parameters.map(({ name }) => name.id),
    ...collect(program, 'Assign').map(({ name }) => name.id),
  ])

  const expandCall = (call: ProgramCallNode, loops: readonly string[]): readonly StatementNode[] => {
    const callee = module.programs.find(({ name }) => name.id === call.callee.id)
    const values = callee === undefined || active.includes(callee) ? undefined : bindArguments(callee, call)
    if (callee === undefined || values === undefined) {
      dropped.push(call)
      return []
    }
    const inner = expand(module, callee, [...active, callee], dropped)
    const locals = localsOf(inner)
    const renamed = new Map<string, ExpressionNode>(values)
    for (const [name, { node, isLoop }] of locals) {
      const id = fresh(
        name,
        (candidate) => taken.has(candidate) || loops.includes(candidate),
        (candidate) => candidate !== name && locals.has(candidate),
      )
      if (!isLoop) taken.add(id)
      if (id !== name) renamed.set(name, { ...node, id })
    }
    return inner.body.filter(({ kind }) => kind !== 'Return').map((statement) => renameIn(statement, renamed))
  }

  const expandBlock = (body: readonly StatementNode[], loops: readonly string[]): readonly StatementNode[] =>
    body.flatMap((statement): readonly StatementNode[] => {
      switch (statement.kind) {
        case 'ProgramCall':
          return expandCall(statement, loops)
        case 'For':
          return [{ ...statement, body: expandBlock(statement.body, [...loops, statement.variable.id]) }]
        case 'If': {
          const branches = statement.branches.map((branch) => ({ ...branch, body: expandBlock(branch.body, loops) }))
          return [{ ...statement, branches, otherwise: expandBlock(statement.otherwise, loops) }]
        }
        default:
          return [statement]
      }
    })

  return { ...program, body: expandBlock(program.body, []) }
}

/** Loop variables and scalars of a program, by name. */
function localsOf(program: ProgramNode): ReadonlyMap<string, { readonly node: NameNode; readonly isLoop: boolean }> {
  const locals = new Map<string, { node: NameNode; isLoop: boolean }>()
  for (const { variable } of collect(program, 'For')) locals.set(variable.id, { node: variable, isLoop: true })
  for (const { name } of collect(program, 'Assign')) locals.set(name.id, { node: name, isLoop: false })
  return locals
}

function fresh(name: string, isTaken: (name: string) => boolean, isLocal: (name: string) => boolean): string {
  let id = name
  for (let k = 1; isTaken(id) || isLocal(id); k += 1) id = `${name}_${k}`
  return id
}
