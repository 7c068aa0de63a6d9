import {
  type CompiledProgram,
  CompileError,
  type MatrixInfo,
  type Task,
  type TaskDetail,
  type TileRead,
  type TileRef,
  taskId,
  tileId,
} from '../../src/lambdapack/index.ts'

/** A task written out: `reads` and `writes` are tile texts such as `S[0,1]`; a leading `?` marks an absent read. */
export interface ExplicitTask {
  readonly statement?: number
  readonly vars: readonly number[]
  readonly kernel: string
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  readonly positional?: readonly number[]
}

export function parseTile(text: string): TileRef {
  const [, matrix = '', index = ''] = /^(\w+)\[([-\d,]*)\]$/.exec(text) ?? []
  return { matrix, index: index === '' ? [] : index.split(',').map(Number) }
}

/** A compiled program over an explicit list of tasks: no language, no analysis, every question is a look-up. */
export function explicitProgram(
  list: readonly ExplicitTask[],
  roles: Readonly<Record<string, MatrixInfo['role']>>,
): CompiledProgram {
  const details = new Map<string, TaskDetail>()
  const writers = new Map<string, Task>()
  const readers = new Map<string, Task[]>()
  for (const item of list) {
    const task: Task = { statement: item.statement ?? 0, vars: item.vars }
    const reads: TileRead[] = item.reads.map((text) => ({
      ...parseTile(text.replace('?', '')),
      absent: text.startsWith('?'),
    }))
    const writes = item.writes.map(parseTile)
    details.set(taskId(task), {
      ...task,
      kernel: item.kernel,
      reads,
      writes,
      scalars: { positional: item.positional ?? [], keywords: {} },
    })
    for (const tile of writes) writers.set(tileId(tile), task)
    for (const id of new Set(reads.filter((r) => !r.absent).map(tileId)))
      readers.set(id, [...(readers.get(id) ?? []), task])
  }
  const detail = (task: Task): TaskDetail => {
    const known = details.get(taskId(task))
    if (known === undefined) throw new CompileError(`no task ${taskId(task)}`)
    return known
  }
  const readersOf = (tile: TileRef): Task[] => readers.get(tileId(tile)) ?? []
  const writerOf = (tile: TileRef): Task | undefined => writers.get(tileId(tile))
  const distinct = (tasks: readonly Task[]): Task[] => [...new Map(tasks.map((t) => [taskId(t), t])).values()]
  const childrenOf = (task: Task): Task[] => distinct(detail(task).writes.flatMap(readersOf))
  const parentsOf = (task: Task): Task[] =>
    distinct(detail(task).reads.flatMap((r) => (r.absent ? [] : (writerOf(r) ?? []))))
  const tasks = (): Task[] => [...details.values()].map(({ statement, vars }) => ({ statement, vars }))
  return {
    name: 'explicit',
    args: {},
    matrices: Object.entries(roles).map(([name, role]) => ({
      name,
      role,
      rank: 2,
      grid: undefined,
      zeros: false,
    })),
    statements: [],
    detail,
    writerOf,
    readersOf,
    childrenOf,
    parentsOf,
    tasks,
    starters: () => tasks().filter((t) => parentsOf(t).length === 0),
    terminators: () => tasks().filter((t) => childrenOf(t).length === 0),
  }
}
