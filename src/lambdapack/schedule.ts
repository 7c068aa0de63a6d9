/** When each task of a written graph starts. */

import { type TaskGraph, topologicalOrder } from './graph.ts'

/** Starts when there is a worker for every ready task. */
export function earliestStarts(graph: TaskGraph, durations: Float64Array): Float64Array {
  const { childStart, children } = graph
  const starts = new Float64Array(graph.tasks.length)
  for (const task of topologicalOrder(graph)) {
    const end = starts[task]! + durations[task]!
    for (let at = childStart[task]!; at < childStart[task + 1]!; at++) {
      const child = children[at]!
      starts[child] = Math.max(starts[child]!, end)
    }
  }
  return starts
}

/** Starts on so many workers, the ready task with the highest level first. */
export function listSchedule(
  graph: TaskGraph,
  durations: Float64Array,
  levels: Float64Array,
  workers: number,
): Float64Array {
  const { childStart, children, parentCount, tasks } = graph
  const starts = new Float64Array(tasks.length)
  const waiting = parentCount.slice()
  const ready = new Heap((task) => -levels[task]!)
  const running = new Heap((task) => starts[task]! + durations[task]!)
  for (let task = 0; task < tasks.length; task++) if (waiting[task] === 0) ready.push(task)
  let time = 0
  for (;;) {
    while (running.size < workers) {
      const task = ready.pop()
      if (task === undefined) break
      starts[task] = time
      running.push(task)
    }
    const done = running.pop()
    if (done === undefined) return starts
    time = starts[done]! + durations[done]!
    for (let at = childStart[done]!; at < childStart[done + 1]!; at++)
      if (--waiting[children[at]!]! === 0) ready.push(children[at]!)
  }
}

/** Smallest key first, and the smaller number among equal keys. */
class Heap {
  readonly #items: number[] = []
  readonly #key: (item: number) => number

  constructor(key: (item: number) => number) {
    this.#key = key
  }

  get size(): number {
    return this.#items.length
  }

  #before(a: number, b: number): boolean {
    const [left, right] = [this.#key(a), this.#key(b)]
    return left < right || (left === right && a < b)
  }

  push(item: number): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#before(item, items[parent]!)) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = item
  }

  pop(): number | undefined {
    const items = this.#items
    const top = items[0]
    const last = items.pop()
    if (last === undefined || items.length === 0) return top
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#before(items[child + 1]!, items[child]!)) child++
      if (!this.#before(items[child]!, last)) break
      items[at] = items[child]!
      at = child
    }
    items[at] = last
    return top
  }
}
