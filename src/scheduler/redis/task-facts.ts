import { isNumpywrenError } from '../../errors.ts'
import {
  type CompiledProgram,
  parseTaskId,
  type Task,
  type TaskDetail,
  type TileRef,
  taskId,
  tileId,
} from '../../lambdapack/index.ts'
import { compareReady } from '../embedded/ready-queue.ts'
import { encodeTask } from './codes.ts'
import type { EpochGraph } from './contract.ts'

/** A child of a task as complete.lua wants it: code, parents in the run, score and member. */
export interface Child {
  readonly task: Task
  readonly wire: readonly [code: string, parents: number, score: string, member: string]
}

/** What follows from the program about the completion of one task. */
export interface CompletionFacts {
  /** Tasks to be done that wait for it, best first. */
  readonly children: readonly Child[]
  /** Places in `children` of the tasks that read a tile it writes, by tile id; for intermediates only. */
  readonly readers: ReadonlyMap<string, readonly number[]>
  /** Intermediate tiles it writes that nobody in the run reads. */
  readonly unread: readonly TileRef[]
  /** Tiles it reads that are no output, each once. */
  readonly reads: readonly TileRef[]
  /** The same for complete.lua: tile, readers in the run, 1 for an intermediate. */
  readonly readsWire: readonly (readonly [tile: string, readers: number, intermediate: 0 | 1])[]
}

/** Reader counts that are remembered at most. */
const CACHED_COUNTS = 100_000

/** Answers from the compiled program what the scripts need to know: the same for every client of an epoch. */
export class TaskFacts {
  readonly #program: CompiledProgram
  readonly #todo: ReadonlySet<string> | undefined
  readonly #priorities: ReadonlyMap<string, number>
  readonly #roles: ReadonlyMap<string, string>
  readonly #readerCounts = new Map<string, number>()

  constructor({ program, todo, priorities }: EpochGraph & { readonly priorities: ReadonlyMap<string, number> }) {
    this.#program = program
    this.#todo = todo
    this.#priorities = priorities
    this.#roles = new Map(program.matrices.map(({ name, role }) => [name, role]))
  }

  /** Tasks of the run. */
  countTasks(): number {
    if (this.#todo !== undefined) return this.#todo.size
    let total = 0
    for (const _ of this.#program.tasks()) total++
    return total
  }

  /** The first task of the run in program order. */
  firstTask(): string {
    for (const task of this.#program.tasks()) {
      const id = taskId(task)
      if (this.#isPending(id)) return id
    }
    return ''
  }

  /** Tasks with nothing to wait for, in an order that is the same for every client. */
  *starters(): Iterable<Task> {
    if (this.#todo === undefined) {
      yield* this.#program.starters()
      return
    }
    const starters: Task[] = []
    for (const id of this.#todo) {
      const task = parseTaskId(id)
      if (this.#countParents(task) === 0) starters.push(task)
    }
    const coded = starters.map((task) => ({ task, code: encodeTask(task) }))
    for (const { task } of coded.sort((a, b) => (a.code < b.code ? -1 : 1))) yield task
  }

  priority(task: Task): number {
    return this.#priorities.get(taskId(task)) ?? 0
  }

  /** The score of a member in the queue. */
  score(task: Task): string {
    return String(-this.priority(task))
  }

  /** The member of the queue: code, kernel, and the operands whose buffer may be reused once their other readers are done; see lua/lease.lua. */
  member(task: Task): string {
    const { kernel, reads } = this.#program.detail(task)
    const ids = reads.map((read) => (read.absent || this.#roles.get(read.matrix) === 'output' ? '' : tileId(read)))
    const operands: string[] = []
    for (const [position, id] of ids.entries()) {
      if (id === '' || ids.indexOf(id) !== ids.lastIndexOf(id)) continue
      const readers = this.#countReaders(id, reads[position]!)
      operands.push(readers === 1 ? `${position}` : `${position}=${id}=${readers}`)
    }
    return `${encodeTask(task)}|${kernel}|${operands.join(';')}`
  }

  /** The same; `undefined` for a task that the program does not have. */
  memberIfAny(task: Task): string | undefined {
    try {
      return this.member(task)
    } catch (error) {
      if (isNumpywrenError(error, 'CompileError')) return undefined
      throw error
    }
  }

  completion(task: Task): CompletionFacts {
    const detail = this.#program.detail(task)
    const { tasks, readersOfTile, unread } = this.#childrenOf(detail)
    const sorted = [...tasks.values()]
      .map((child) => ({ task: child, priority: this.priority(child) }))
      .sort(compareReady)
      .map((child) => child.task)
    const places = new Map(sorted.map((child, place) => [taskId(child), place]))
    const readers = new Map([...readersOfTile].map(([tile, ids]) => [tile, ids.map((id) => places.get(id)!)] as const))
    const children = sorted.map(
      (child): Child => ({
        task: child,
        wire: [encodeTask(child), this.#countParents(child), this.score(child), this.member(child)],
      }),
    )
    return { children, readers, unread, ...this.#readsOf(detail) }
  }

  #childrenOf(detail: TaskDetail): {
    readonly tasks: ReadonlyMap<string, Task>
    readonly readersOfTile: ReadonlyMap<string, readonly string[]>
    readonly unread: readonly TileRef[]
  } {
    const tasks = new Map<string, Task>()
    const readersOfTile = new Map<string, readonly string[]>()
    const unread: TileRef[] = []
    for (const tile of detail.writes) {
      const ids: string[] = []
      for (const child of this.#program.readersOf(tile)) {
        const id = taskId(child)
        if (!this.#isPending(id)) continue
        ids.push(id)
        tasks.set(id, child)
      }
      this.#remember(tileId(tile), ids.length)
      if (this.#roles.get(tile.matrix) !== 'intermediate') continue
      readersOfTile.set(tileId(tile), ids)
      if (ids.length === 0) unread.push(tile)
    }
    return { tasks, readersOfTile, unread }
  }

  #readsOf({ reads }: TaskDetail): Pick<CompletionFacts, 'reads' | 'readsWire'> {
    const tiles = new Map<string, TileRef>()
    for (const { matrix, index, absent } of reads)
      if (!absent && this.#roles.get(matrix) !== 'output') tiles.set(tileId({ matrix, index }), { matrix, index })
    const readsWire = [...tiles].map(
      ([id, tile]) =>
        [id, this.#countReaders(id, tile), this.#roles.get(tile.matrix) === 'intermediate' ? 1 : 0] as const,
    )
    return { reads: [...tiles.values()], readsWire }
  }

  #isPending(id: string): boolean {
    return this.#todo === undefined || this.#todo.has(id)
  }

  #countParents(task: Task): number {
    const parents = this.#program.parentsOf(task)
    if (this.#todo === undefined) return parents.length
    return parents.filter((parent) => this.#isPending(taskId(parent))).length
  }

  #countReaders(id: string, tile: TileRef): number {
    const known = this.#readerCounts.get(id)
    if (known !== undefined) return known
    const readers = this.#program.readersOf(tile)
    const count =
      this.#todo === undefined ? readers.length : readers.filter((reader) => this.#isPending(taskId(reader))).length
    this.#remember(id, count)
    return count
  }

  #remember(id: string, count: number): void {
    if (this.#readerCounts.size >= CACHED_COUNTS) this.#readerCounts.clear()
    this.#readerCounts.set(id, count)
  }
}
