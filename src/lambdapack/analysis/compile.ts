/** Compiles an inlined program with its arguments: the one entry to the analysis. */

import type { ParameterNode, ProgramNode } from '../ast.ts'
import { fromNumber, toNumber, toWhole, type Value } from '../exact/index.ts'
import type { CompiledProgram, MatrixInfo, StatementInfo, Task, TaskDetail, TileRead, TileRef } from '../program.ts'
import { taskId } from '../program.ts'
import { domain } from './domain.ts'
import { CompileError } from './errors.ts'
import { exactOf } from './evaluate.ts'
import { constant } from './ir.ts'
import { lower, lowerExpression } from './lower.ts'
import { Solver } from './solver.ts'
import { type Binding, compileStatement, inGrid, type Reference, type Statement, tileAt } from './statement.ts'

export interface CompileOptions {
  /** The text that the spans of the tree refer to, for line numbers and statement texts. */
  readonly source?: string
  /** Parameters bound to the array of another parameter, by name: both are one matrix, called by the latter name. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Matrix parameters that the caller bound: without a `return`, the written ones among them are the outputs. */
  readonly bound?: readonly string[]
}

/** A reference with the solver that inverts it. */
interface Access {
  readonly statement: Statement
  readonly reference: Reference
  readonly solver: Solver
  /** References before it in the same statement to the same matrix: a task that one of them finds is not found again. */
  readonly earlier: readonly Reference[]
  /** A read outside of it is absent. A write outside of it is the checker's to report. */
  readonly grid: readonly number[] | undefined
}

/**
 * Compiles one program, other programs' calls already inlined.
 * @throws CompileError for arguments that are missing, unknown or of the wrong kind
 * @throws EvaluationError when a declared extent has no whole value
 */
export function compile(
  program: ProgramNode,
  args: Readonly<Record<string, number>>,
  options: CompileOptions = {},
): CompiledProgram {
  const scalars = bindScalars(program, args)
  const bindings = bindMatrices(program, scalars, options.aliases ?? {})
  const bindingOf = (parameter: string): Binding => {
    const binding = bindings.get(parameter)
    if (!binding) throw new CompileError(`program '${program.name.id}' has no matrix parameter '${parameter}'`)
    return binding
  }
  const calls = lower(program, scalars)
  const statements = calls.map((call, ordinal) => compileStatement(call, ordinal, bindingOf))
  const writers = accessesOf(statements, 'writes')
  const readers = accessesOf(statements, 'reads')

  const statementOf = (task: Task): Statement => {
    const statement = statements[task.statement]
    if (statement?.ranges.length === task.vars.length) return statement
    throw new CompileError(`program '${program.name.id}' has no task ${taskId(task)}`)
  }

  const search = (
    accesses: ReadonlyMap<string, readonly Access[]>,
    tile: TileRef,
    found: (task: Task) => boolean,
  ): void => {
    for (const { statement, reference, solver, earlier, grid } of accesses.get(tile.matrix) ?? []) {
      if (reference.indices.length !== tile.index.length || !inGrid(grid, tile.index)) continue
      const ended = solver.solve(tile.index, (vars) => {
        if (earlier.some((other) => names(other, vars, tile.index))) return false
        return found({ statement: statement.ordinal, vars: vars.slice() })
      })
      if (ended) return
    }
  }

  const writerOf = (tile: TileRef): Task | undefined => {
    let writer: Task | undefined
    search(writers, tile, (task) => {
      writer = task
      return true
    })
    return writer
  }

  const readersOf = (tile: TileRef): Task[] => {
    const tasks: Task[] = []
    search(readers, tile, (task) => {
      tasks.push(task)
      return false
    })
    return tasks
  }

  const hasReader = (tile: TileRef): boolean => {
    let any = false
    search(readers, tile, () => {
      any = true
      return true
    })
    return any
  }

  /** The task that writes what a reference reads here. */
  const parentAt = (reference: Reference, vars: readonly number[]): Task | undefined => {
    if (!writers.has(reference.matrix)) return undefined
    const tile = tileAt(reference, vars)
    return inGrid(reference.grid, tile.index) ? writerOf(tile) : undefined
  }

  const isStarter = (statement: Statement, vars: readonly number[]): boolean =>
    statement.reads.every((reference) => parentAt(reference, vars) === undefined)

  const isTerminator = (statement: Statement, vars: readonly number[]): boolean =>
    statement.writes.every((reference) => !readers.has(reference.matrix) || !hasReader(tileAt(reference, vars)))

  function* tasksWhere(accept: (statement: Statement, vars: readonly number[]) => boolean): Generator<Task> {
    for (const statement of statements)
      for (const vars of domain(statement))
        if (accept(statement, vars)) yield { statement: statement.ordinal, vars: vars.slice() }
  }

  return {
    name: program.name.id,
    args: Object.fromEntries([...scalars].map(([name, value]) => [name, toNumber(value)])),
    matrices: matrixInfos(program, bindings, statements, options),
    statements: calls.map((call, ordinal) => statementInfo(statements[ordinal]!, call.node.span, options.source)),
    detail: (task) => detail(statementOf(task), task),
    writerOf,
    readersOf,
    childrenOf: (task) => {
      const statement = statementOf(task)
      const lists = statement.writes.map((reference) => readersOf(tileAt(reference, task.vars)))
      return lists.length === 1 ? lists[0]! : distinct(lists.flat())
    },
    parentsOf: (task) => {
      const parents: Task[] = []
      for (const reference of statementOf(task).reads) {
        const writer = parentAt(reference, task.vars)
        if (writer) parents.push(writer)
      }
      return distinct(parents)
    },
    tasks: () => iterable(() => tasksWhere(() => true)),
    starters: () => iterable(() => tasksWhere(isStarter)),
    terminators: () => iterable(() => tasksWhere(isTerminator)),
  }
}

/** An iterable that starts afresh each time it is iterated. */
function iterable<T>(start: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: start }
}

function distinct(tasks: readonly Task[]): Task[] {
  if (tasks.length < 2) return [...tasks]
  return [...new Map(tasks.map((task) => [taskId(task), task])).values()]
}

function names(reference: Reference, vars: readonly number[], index: readonly number[]): boolean {
  return reference.evaluate.every((evaluate, position) => evaluate(vars) === index[position])
}

function accessesOf(
  statements: readonly Statement[],
  kind: 'reads' | 'writes',
): ReadonlyMap<string, readonly Access[]> {
  const accesses = new Map<string, Access[]>()
  for (const statement of statements) {
    const seen: Reference[] = []
    for (const reference of statement[kind]) {
      const earlier = seen.filter((other) => other.matrix === reference.matrix)
      const list = accesses.get(reference.matrix) ?? []
      const grid = kind === 'reads' ? reference.grid : undefined
      list.push({ statement, reference, solver: new Solver(statement, reference), earlier, grid })
      accesses.set(reference.matrix, list)
      seen.push(reference)
    }
  }
  return accesses
}

function detail(statement: Statement, task: Task): TaskDetail {
  const { vars } = task
  const reads = statement.reads.map((reference): TileRead => {
    const tile = tileAt(reference, vars)
    return { ...tile, absent: !inGrid(reference.grid, tile.index) }
  })
  return {
    statement: task.statement,
    vars,
    kernel: statement.kernel,
    reads,
    writes: statement.writes.map((reference) => tileAt(reference, vars)),
    scalars: {
      positional: statement.positional.map((value) => value(vars)),
      keywords: Object.fromEntries(statement.keywords.map(([name, value]) => [name, value(vars)])),
    },
  }
}

function statementInfo(
  statement: Statement,
  span: { readonly start: number; readonly end: number },
  source: string | undefined,
): StatementInfo {
  return {
    ordinal: statement.ordinal,
    kernel: statement.kernel,
    variables: statement.ranges.map((range) => range.name),
    line: source === undefined ? 0 : source.slice(0, span.start).split('\n').length,
    text: source === undefined ? '' : source.slice(span.start, span.end),
  }
}

function bindScalars(program: ProgramNode, args: Readonly<Record<string, number>>): ReadonlyMap<string, Value> {
  const scalars = new Map<string, Value>()
  const parameters = program.parameters.filter((parameter) => parameter.type !== 'BigMatrix')
  for (const name of Object.keys(args))
    if (!parameters.some((parameter) => parameter.name.id === name))
      throw new CompileError(
        `program '${program.name.id}' has no scalar parameter '${name}'; it has ${listOf(parameters.map((p) => p.name.id))}`,
      )
  for (const parameter of parameters) {
    const name = parameter.name.id
    const value = args[name]
    if (value === undefined && !parameter.default)
      throw new CompileError(`program '${program.name.id}' needs a value for its argument '${name}'`)
    const exact =
      value === undefined ? exactOf(lowerExpression(parameter.default!, constants(scalars)), []) : fromNumber(value)
    if (parameter.type === 'int' && typeof exact !== 'number')
      throw new CompileError(
        `argument '${name}' of program '${program.name.id}' must be an integer; it is ${toNumber(exact)}`,
      )
    scalars.set(name, exact)
  }
  return scalars
}

const listOf = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '))

const constants = (scalars: ReadonlyMap<string, Value>): ReadonlyMap<string, ReturnType<typeof constant>> =>
  new Map([...scalars].map(([name, value]) => [name, constant(value)]))

function bindMatrices(
  program: ProgramNode,
  scalars: ReadonlyMap<string, Value>,
  aliases: Readonly<Record<string, string>>,
): ReadonlyMap<string, Binding> {
  const parameters = program.parameters.filter((parameter) => parameter.type === 'BigMatrix')
  const isMatrix = (name: string): boolean => parameters.some((parameter) => parameter.name.id === name)
  for (const [name, target] of Object.entries(aliases))
    if (!isMatrix(name) || !isMatrix(target))
      throw new CompileError(
        `'${name}' cannot stand for '${target}': program '${program.name.id}' has the matrices ${listOf(parameters.map((p) => p.name.id))}`,
      )
  const canonical = (name: string): string => {
    const seen = new Set([name])
    let last = name
    for (let next = aliases[last]; next !== undefined && !seen.has(next); next = aliases[last]) {
      seen.add(next)
      last = next
    }
    return last
  }
  return new Map(
    parameters.map((parameter) => {
      const { id } = parameter.name
      return [id, { matrix: canonical(id), grid: gridOf(parameter, scalars) }]
    }),
  )
}

function gridOf(parameter: ParameterNode, scalars: ReadonlyMap<string, Value>): readonly number[] | undefined {
  return parameter.grid?.map((extent) => {
    const value = toWhole(exactOf(lowerExpression(extent, constants(scalars)), []))
    if (value >= 0) return value
    throw new CompileError(`matrix '${parameter.name.id}' has a negative extent in its declared grid: ${value}`)
  })
}

function matrixInfos(
  program: ProgramNode,
  bindings: ReadonlyMap<string, Binding>,
  statements: readonly Statement[],
  { bound }: CompileOptions,
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
