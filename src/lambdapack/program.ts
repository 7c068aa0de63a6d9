/** What the analysis promises to the scheduler, the worker and everybody who draws: the contract of a compiled program. */

/** A task: a kernel call at one value of its loop variables. */
export interface Task {
  /** Ordinal of the kernel call in source order (after inlining), from 0. */
  readonly statement: number
  /** Values of the enclosing loop variables, outermost first. */
  readonly vars: readonly number[]
}

/** A tile by matrix name and index. Two parameters bound to one array carry one canonical name. */
export interface TileRef {
  readonly matrix: string
  readonly index: readonly number[]
}

/** A read; `absent` when it lies outside the declared grid. */
export interface TileRead extends TileRef {
  readonly absent: boolean
}

/** A task with its references evaluated. */
export interface TaskDetail extends Task {
  readonly kernel: string
  /** Tile operands in argument order. */
  readonly reads: readonly TileRead[]
  readonly writes: readonly TileRef[]
  /** Scalar arguments in order, and keywords. */
  readonly scalars: { readonly positional: readonly number[]; readonly keywords: Readonly<Record<string, number>> }
}

export interface MatrixInfo {
  readonly name: string
  /** Number of indices. */
  readonly rank: number
  /** Declared extents in tiles, evaluated, when the parameter states them. */
  readonly grid: readonly number[] | undefined
  /** Tiles nobody wrote read as zeros (`= 0`). */
  readonly zeros: boolean
  readonly role: 'input' | 'output' | 'intermediate'
}

export interface StatementInfo {
  readonly ordinal: number
  readonly kernel: string
  /** Names of the enclosing loop variables, outermost first. */
  readonly variables: readonly string[]
  /** Source line, 1-based, and its text. */
  readonly line: number
  readonly text: string
}

/**
 * A program with its integer arguments, of constant size whatever they are: every question is answered by solving
 * the reference's index equations over the loop domain, never by expanding the graph.
 */
export interface CompiledProgram {
  readonly name: string
  readonly args: Readonly<Record<string, number>>
  readonly matrices: readonly MatrixInfo[]
  readonly statements: readonly StatementInfo[]
  /** Evaluates a task's references and scalars. */
  detail(task: Task): TaskDetail
  /** The task that writes this tile, if any. */
  writerOf(tile: TileRef): Task | undefined
  /** The tasks that read this tile, each once. */
  readersOf(tile: TileRef): Task[]
  /** Distinct tasks that wait for this one. */
  childrenOf(task: Task): Task[]
  /** Distinct tasks this one waits for. */
  parentsOf(task: Task): Task[]
  /** All tasks in order of text, then of iteration; streamed. */
  tasks(): Iterable<Task>
  /** Tasks that read no tile that a task writes; streamed. */
  starters(): Iterable<Task>
  /** Tasks that write no tile that a task reads; streamed. */
  terminators(): Iterable<Task>
}

/** `3:4,0,2`: a stable text key for a task. */
export function taskId(task: Task): string {
  return `${task.statement}:${task.vars.join(',')}`
}

/** Inverse of {@link taskId}. */
export function parseTaskId(id: string): Task {
  const [statement = '', vars = ''] = id.split(':')
  return { statement: Number(statement), vars: vars === '' ? [] : vars.split(',').map(Number) }
}

/** `S[1,2,3]`: a stable text key for a tile. */
export function tileId(tile: TileRef): string {
  return `${tile.matrix}[${tile.index.join(',')}]`
}
