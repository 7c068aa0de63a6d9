/** The task graph written out, for what needs all of it: drawing, profiles, critical paths. Linear in tasks and edges. */

import { CompileError } from './analysis/errors.ts'
import { IntList } from './int-list.ts'
import type { CompiledProgram, Task, TaskDetail } from './program.ts'
import { TileNumbers } from './tile-numbers.ts'

/** Tasks by their position in order of text, then of iteration; edges as compressed rows. */
export interface TaskGraph {
  readonly tasks: readonly Task[]
  /** The children of task p are `children[childStart[p]]` up to, not including, `children[childStart[p + 1]]`. */
  readonly childStart: Int32Array
  readonly children: Int32Array
  /** Distinct parents of each task. */
  readonly parentCount: Int32Array
}

/**
 * Writes the graph out.
 * @param limit give up beyond so many tasks
 * @param visit called once for every task, in order, with its position
 * @returns `undefined` when there are more tasks than the limit
 */
export function writeGraph(
  compiled: CompiledProgram,
  limit: number = Number.POSITIVE_INFINITY,
  visit?: (detail: TaskDetail, position: number) => void,
): TaskGraph | undefined {
  const tasks: Task[] = []
  const numbers = new TileNumbers()
  const writers: number[] = []
  const reads = new IntList()
  const readStart = new IntList()
  const written = new Set(compiled.matrices.filter((matrix) => matrix.role !== 'input').map((matrix) => matrix.name))
  for (const task of compiled.tasks()) {
    if (tasks.length >= limit) return undefined
    const detail = compiled.detail(task)
    const position = tasks.push(task) - 1
    for (const tile of detail.writes) writers[numbers.of(tile)] = position
    readStart.push(reads.length)
    for (const tile of detail.reads) if (!tile.absent && written.has(tile.matrix)) reads.push(numbers.of(tile))
    visit?.(detail, position)
  }
  readStart.push(reads.length)
  return { tasks, ...edgesOf(readStart.values(), reads.values(), writers) }
}

/** Tiles by number: task p reads `reads[readStart[p]]` up to, not including, `reads[readStart[p + 1]]`. */
function edgesOf(readStart: Int32Array, reads: Int32Array, writers: readonly number[]): Omit<TaskGraph, 'tasks'> {
  const count = readStart.length - 1
  const parentCount = new Int32Array(count)
  const childStart = new Int32Array(count + 1)
  // The parent by whom each read waits, -1 where none wrote the tile or an earlier read of the task found the same.
  const parents = new Int32Array(reads.length)
  for (let task = 0; task < count; task++)
    for (let at = readStart[task]!; at < readStart[task + 1]!; at++) {
      const writer = writers[reads[at]!] ?? -1
      const isNew = writer >= 0 && !parents.subarray(readStart[task]!, at).includes(writer)
      parents[at] = isNew ? writer : -1
      if (!isNew) continue
      parentCount[task]!++
      childStart[writer + 1]!++
    }
  for (let k = 0; k < count; k++) childStart[k + 1]! += childStart[k]!
  const next = childStart.slice()
  const children = new Int32Array(childStart[count]!)
  for (let task = 0; task < count; task++)
    for (let at = readStart[task]!; at < readStart[task + 1]!; at++)
      if (parents[at]! >= 0) children[next[parents[at]!]!++] = task
  return { childStart, children, parentCount }
}

/** Positions of the tasks, parents before children. @throws CompileError when the tasks wait for each other in a circle */
export function topologicalOrder({ tasks, childStart, children, parentCount }: TaskGraph): Int32Array {
  const waiting = parentCount.slice()
  const order = new Int32Array(tasks.length)
  let ready = 0
  for (let k = 0; k < tasks.length; k++) if (waiting[k] === 0) order[ready++] = k
  for (let k = 0; k < ready; k++) {
    const task = order[k]!
    for (let at = childStart[task]!; at < childStart[task + 1]!; at++)
      if (--waiting[children[at]!]! === 0) order[ready++] = children[at]!
  }
  if (ready === tasks.length) return order
  throw new CompileError(
    `${tasks.length - ready} tasks wait for each other in a circle, so that none of them can start`,
  )
}

/**
 * Weight of the heaviest path from each task to an end of the graph, its own weight included.
 * @param weights by position; 1 each when left out
 */
export function bottomLevels(graph: TaskGraph, weights?: Float64Array): Float64Array {
  const { childStart, children } = graph
  const order = topologicalOrder(graph)
  const levels = new Float64Array(order.length)
  for (let k = order.length - 1; k >= 0; k--) {
    const task = order[k]!
    let longest = 0
    for (let at = childStart[task]!; at < childStart[task + 1]!; at++)
      longest = Math.max(longest, levels[children[at]!]!)
    levels[task] = longest + (weights ? weights[task]! : 1)
  }
  return levels
}
