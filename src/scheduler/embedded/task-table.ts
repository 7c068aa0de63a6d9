import {
  type CompiledProgram,
  parseTaskId,
  type Task,
  type TaskDetail,
  type TileRef,
  taskId,
} from '../../lambdapack/index.ts'
import { ReaderCounts } from './reader-counts.ts'

/** A grant that is in force. */
export interface Holder {
  readonly worker: string
  /** Ordinal of the grant in the run. */
  readonly grant: number
  readonly token: string
  readonly grantedAt: number
  expiresAt: number
}

export type TaskState = 'waiting' | 'ready' | 'delayed' | 'leased'

/** A task that is neither done nor untouched. */
export interface TaskEntry {
  readonly task: Task
  readonly id: string
  readonly priority: number
  state: TaskState
  /** Parents still to be done. */
  missing: number
  /** True while the ready queue holds the entry, whatever its state. */
  queued: boolean
  attempts: number
  /** The worker whose completion made it ready. */
  madeReadyBy: string | undefined
  /** The last grant was a backup: there is no second one. */
  isBackedUp: boolean
  readonly holders: Holder[]
  /** Token of the last grant that expired: its completion still counts while nobody else holds the task. */
  expiredToken: string | undefined
  /** When a delayed task may be tried again. */
  retryAt: number
  /** References, kept from the first grant until the task is done. */
  detail: TaskDetail | undefined
}

/**
 * The graph as far as the run has touched it: indegrees and reader counts are asked of the program when first needed and
 * forgotten when done, so memory follows the touched tasks and not the size of the graph.
 */
export class TaskTable {
  readonly program: CompiledProgram
  readonly total: number
  readonly #todo: ReadonlySet<string> | undefined
  readonly #priorities: ReadonlyMap<string, number>
  readonly #entries = new Map<string, TaskEntry>()
  readonly #done = new Set<string>()
  readonly #readers: ReaderCounts

  constructor(
    program: CompiledProgram,
    todo: ReadonlySet<string> | undefined,
    priorities: ReadonlyMap<string, number>,
  ) {
    this.program = program
    this.#todo = todo
    this.#priorities = priorities
    this.total = todo?.size ?? count(program.tasks())
    this.#readers = new ReaderCounts(program.matrices, (tile) => this.pendingReaders(tile).length)
  }

  get doneCount(): number {
    return this.#done.size
  }

  entry(id: string): TaskEntry | undefined {
    return this.#entries.get(id)
  }

  /** Tasks with nothing to wait for, as entries. */
  *starters(): Iterable<TaskEntry> {
    if (this.#todo === undefined) for (const task of this.program.starters()) yield this.#touch(task, taskId(task), 0)
    else
      for (const id of this.#todo) {
        const task = parseTaskId(id)
        if (this.#unfinishedParents(task) === 0) yield this.#touch(task, id, 0)
      }
  }

  /** Some task that is not done, for the report of a run that cannot go on. */
  anyUnfinished(): string {
    for (const task of this.program.tasks()) {
      const id = taskId(task)
      if (this.#isPending(id)) return id
    }
    return ''
  }

  detail(entry: TaskEntry): TaskDetail {
    entry.detail ??= this.program.detail(entry.task)
    return entry.detail
  }

  /** Tasks to be done that read a tile. */
  pendingReaders(tile: TileRef): Task[] {
    return this.program.readersOf(tile).filter((reader) => this.#isPending(taskId(reader)))
  }

  /** True when the task waits for one task only. */
  waitsForOne(task: Task): boolean {
    return (this.#entries.get(taskId(task))?.missing ?? this.#unfinishedParents(task)) === 1
  }

  /** Marks a task done. @param worker who did it @returns the entries that now have nothing to wait for and the intermediate tiles nobody will read */
  finish(entry: TaskEntry, worker: string): { readonly ready: TaskEntry[]; readonly dead: TileRef[] } {
    const detail = this.detail(entry)
    this.#entries.delete(entry.id)
    this.#done.add(entry.id)
    const ready: TaskEntry[] = []
    const dead: TileRef[] = []
    const children = new Set<string>()
    for (const tile of detail.writes) {
      let readers = 0
      for (const child of this.program.readersOf(tile)) {
        const id = taskId(child)
        if (!this.#isPending(id)) continue
        readers++
        if (children.has(id)) continue
        children.add(id)
        const known = this.#entries.get(id)
        const next = known ?? this.#touch(child, id, this.#unfinishedParents(child))
        if (known !== undefined) next.missing--
        if (next.missing > 0) continue
        next.madeReadyBy = worker
        ready.push(next)
      }
      if (this.#readers.written(tile, readers)) dead.push(tile)
    }
    dead.push(...this.#readers.read(detail))
    return { ready, dead }
  }

  /** Operand positions whose intermediate tile this task reads once and nobody reads after it. */
  soleReads(entry: TaskEntry): readonly number[] {
    return this.#readers.soleReads(this.detail(entry))
  }

  #isPending(id: string): boolean {
    return (this.#todo === undefined || this.#todo.has(id)) && !this.#done.has(id)
  }

  #unfinishedParents(task: Task): number {
    let missing = 0
    for (const parent of this.program.parentsOf(task)) if (this.#isPending(taskId(parent))) missing++
    return missing
  }

  #touch(task: Task, id: string, missing: number): TaskEntry {
    const entry: TaskEntry = {
      task,
      id,
      priority: this.#priorities.get(id) ?? 0,
      state: 'waiting',
      missing,
      queued: false,
      attempts: 0,
      madeReadyBy: undefined,
      isBackedUp: false,
      holders: [],
      expiredToken: undefined,
      retryAt: 0,
      detail: undefined,
    }
    this.#entries.set(id, entry)
    return entry
  }
}

function count(items: Iterable<unknown>): number {
  let total = 0
  for (const _ of items) total++
  return total
}
