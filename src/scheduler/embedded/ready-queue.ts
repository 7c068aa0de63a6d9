import type { Task } from '../../lambdapack/index.ts'

/** What the queue orders: larger priority first, then program order. */
export interface Prioritized {
  readonly task: Task
  readonly priority: number
}

/** Negative when `a` goes before `b`. Total over distinct tasks, so the order never depends on timing. */
export function compareReady(a: Prioritized, b: Prioritized): number {
  if (a.priority !== b.priority) return b.priority - a.priority
  if (a.task.statement !== b.task.statement) return a.task.statement - b.task.statement
  const u = a.task.vars
  const v = b.task.vars
  for (let i = 0; i < u.length; i++) {
    const difference = u[i]! - v[i]!
    if (difference !== 0) return difference
  }
  return 0
}

/** A binary heap: the children of the entry at i stand at 2i+1 and 2i+2 and never go before it. */
export class ReadyQueue<T extends Prioritized> {
  readonly #heap: T[] = []

  get size(): number {
    return this.#heap.length
  }

  push(entry: T): void {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (compareReady(heap[parent]!, entry) <= 0) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = entry
  }

  /** Takes the best entry out. */
  pop(): T | undefined {
    const heap = this.#heap
    const best = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return best
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && compareReady(heap[child + 1]!, heap[child]!) < 0) child++
      if (compareReady(last, heap[child]!) <= 0) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
    return best
  }
}
