/** Compiles an inlined program with its arguments: the one entry to the analysis. */

import type { ProgramNode } from '../ast.ts'
import { toNumber } from '../exact/index.ts'
import type { CompiledProgram, StatementInfo, Task, TaskDetail, TileRead, TileRef } from '../program.ts'
import { taskId } from '../program.ts'
import { Accesses } from './accesses.ts'
import { domain, guarded } from './domain.ts'
import { CompileError } from './errors.ts'
import { lower } from './lower.ts'
import { matrixInfos } from './matrix-info.ts'
import { bindMatrices, bindScalars } from './parameters.ts'
import { type Binding, compileStatement, inGrid, type Reference, type Statement, tileAt } from './statement.ts'

export interface CompileOptions {
  /** The text that the spans of the tree refer to, for line numbers and statement texts. */
  readonly source?: string
  /** Parameters bound to the array of another parameter, by name: both are one matrix, called by the latter name. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Matrix parameters that the caller bound: without a `return`, the written ones among them are the outputs. */
  readonly bound?: readonly string[]
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
  const writers = new Accesses(statements, 'writes')
  const readers = new Accesses(statements, 'reads')

  const statementOf = (task: Task): Statement => {
    const statement = statements[task.statement]
    if (statement?.ranges.length === task.vars.length) return statement
    throw new CompileError(`program '${program.name.id}' has no task ${taskId(task)}`)
  }

  const writerOf = (tile: TileRef): Task | undefined => {
    let writer: Task | undefined
    writers.search(tile, (statement, vars) => {
      writer = { statement: statement.ordinal, vars: vars.slice() }
      return true
    })
    return writer
  }

  const readersOf = (tile: TileRef): Task[] => {
    const tasks: Task[] = []
    readers.search(tile, (statement, vars) => {
      tasks.push({ statement: statement.ordinal, vars: vars.slice() })
      return false
    })
    return tasks
  }

  /** The task that writes what a reference reads here. */
  const parentAt = (reference: Reference, vars: readonly number[]): Task | undefined => {
    if (!writers.has(reference.matrix)) return undefined
    const tile = tileAt(reference, vars)
    return inGrid(reference.grid, tile.index) ? writerOf(tile) : undefined
  }

  const waits = (reference: Reference, vars: readonly number[]): boolean => parentAt(reference, vars) !== undefined

  const isRead = (reference: Reference, vars: readonly number[]): boolean =>
    readers.has(reference.matrix) && readers.search(tileAt(reference, vars), () => true)

  function* tasks(): Generator<Task> {
    for (const statement of statements)
      for (const vars of domain(statement.enclosures)) yield { statement: statement.ordinal, vars: vars.slice() }
  }

  /** Tasks none of whose reads, or of whose writes, is linked to another task. */
  function* loose(
    kind: 'reads' | 'writes',
    isLinked: (reference: Reference, vars: readonly number[]) => boolean,
  ): Generator<Task> {
    for (const statement of statements) {
      const conditions = statement[kind].map((reference) => ({
        free: reference.indices.reduce((mask, index) => mask | index.free, 0),
        holds: (vars: readonly number[]) => !isLinked(reference, vars),
      }))
      for (const vars of domain(guarded(statement.enclosures, conditions)))
        yield { statement: statement.ordinal, vars: vars.slice() }
    }
  }

  return {
    name: program.name.id,
    args: Object.fromEntries([...scalars].map(([name, value]) => [name, toNumber(value)])),
    matrices: matrixInfos(program, bindings, statements, options.bound),
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
    tasks: () => iterable(tasks),
    starters: () => iterable(() => loose('reads', waits)),
    terminators: () => iterable(() => loose('writes', isRead)),
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
