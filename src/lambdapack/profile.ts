import { bottomLevels, type TaskGraph, topologicalOrder, writeGraph } from './graph.ts'
import { type CompiledProgram, type TaskDetail, tileId } from './program.ts'

export interface ProfileOptions {
  /** How long a task takes, in any unit. @default 1 each */
  readonly duration?: (task: TaskDetail) => number
  /** How many tasks run at a time. @default as many as are ready */
  readonly workers?: number
  /** Size of a tile, to state the working set in bytes too. */
  readonly tileBytes?: number
  /** Steps in the answer at most; longer profiles are averaged. @default 1000 */
  readonly samples?: number
}

/** From `time` to the time of the next level. */
export interface ProfileLevel {
  readonly time: number
  /** Tasks running: the available parallelism when workers are unbounded. */
  readonly running: number
  /** Tiles that a running task touches, or that are written and still have a reader to come. */
  readonly workingSetTiles: number
  readonly workingSetBytes?: number
}

export interface Profile {
  readonly program: string
  readonly args: Readonly<Record<string, number>>
  /** `null` for unbounded. */
  readonly workers: number | null
  readonly tasks: number
  /** Sum of all durations. */
  readonly work: number
  /** Tasks on the longest path, and the time that the slowest path takes. */
  readonly criticalPath: number
  readonly criticalTime: number
  readonly makespan: number
  readonly peakRunning: number
  readonly peakWorkingSetTiles: number
  /** In order of time; the last one, at the makespan, is empty. */
  readonly levels: readonly ProfileLevel[]
}

/**
 * Parallelism and working set of a program over time, every task starting as soon as its parents are done and a worker is
 * free; among ready tasks the one with the longest path before it goes first. A tile counts from the start of its writer
 * (of its first reader, for an input) to the end of its last reader.
 * @throws CompileError when tasks wait for each other in a circle
 */
export function profile(compiled: CompiledProgram, options: ProfileOptions = {}): Profile {
  const { workers, tileBytes, samples = 1000 } = options
  const duration = options.duration ?? (() => 1)
  const durations: number[] = []
  const tiles = new TileUses()
  // A graph is always written when no limit is set.
  const graph = writeGraph(compiled, Number.POSITIVE_INFINITY, (detail, position) => {
    durations.push(duration(detail))
    tiles.add(detail, position)
  })!
  const weights = Float64Array.from(durations)
  const levels = bottomLevels(graph, weights)
  const starts = workers === undefined ? earliestStarts(graph, weights) : listSchedule(graph, weights, levels, workers)
  const steps = new Steps()
  for (const [position, start] of starts.entries()) steps.add(start, start + weights[position]!, 'running')
  for (const [first, last] of tiles.lifetimes(starts, weights)) steps.add(first, last, 'tiles')
  const exact = steps.levels()
  return {
    program: compiled.name,
    args: compiled.args,
    workers: workers ?? null,
    tasks: graph.tasks.length,
    work: weights.reduce((sum, weight) => sum + weight, 0),
    criticalPath: bottomLevels(graph).reduce((longest, level) => Math.max(longest, level), 0),
    criticalTime: levels.reduce((longest, level) => Math.max(longest, level), 0),
    makespan: exact.at(-1)?.time ?? 0,
    peakRunning: exact.reduce((peak, level) => Math.max(peak, level.running), 0),
    peakWorkingSetTiles: exact.reduce((peak, level) => Math.max(peak, level.workingSetTiles), 0),
    levels: averaged(exact, samples).map((level) =>
      tileBytes === undefined ? level : { ...level, workingSetBytes: level.workingSetTiles * tileBytes },
    ),
  }
}

/** Who writes and reads each tile. */
class TileUses {
  readonly #uses = new Map<string, number[]>()

  add(detail: TaskDetail, position: number): void {
    for (const tile of detail.writes) this.#use(tileId(tile), position)
    for (const tile of detail.reads) if (!tile.absent) this.#use(tileId(tile), position)
  }

  #use(tile: string, position: number): void {
    const uses = this.#uses.get(tile)
    if (uses) uses.push(position)
    else this.#uses.set(tile, [position])
  }

  /** From the first start to the last end of the tasks that touch a tile. */
  *lifetimes(starts: Float64Array, durations: Float64Array): Generator<[number, number]> {
    for (const uses of this.#uses.values()) {
      let [first, last] = [Number.POSITIVE_INFINITY, 0]
      for (const task of uses) {
        first = Math.min(first, starts[task]!)
        last = Math.max(last, starts[task]! + durations[task]!)
      }
      yield [first, last]
    }
  }
}

/** Counts of intervals that are open over time. */
class Steps {
  readonly #changes = new Map<number, { running: number; tiles: number }>()

  add(from: number, to: number, count: 'running' | 'tiles'): void {
    this.#at(from)[count]++
    this.#at(to)[count]--
  }

  #at(time: number): { running: number; tiles: number } {
    let change = this.#changes.get(time)
    if (!change) {
      change = { running: 0, tiles: 0 }
      this.#changes.set(time, change)
    }
    return change
  }

  levels(): ProfileLevel[] {
    let [running, workingSetTiles] = [0, 0]
    return [...this.#changes]
      .sort(([a], [b]) => a - b)
      .map(([time, change]) => {
        running += change.running
        workingSetTiles += change.tiles
        return { time, running, workingSetTiles }
      })
  }
}

function earliestStarts(graph: TaskGraph, durations: Float64Array): Float64Array {
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
function listSchedule(graph: TaskGraph, durations: Float64Array, levels: Float64Array, workers: number): Float64Array {
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

/** Time averages over equal intervals when there are more levels than samples. */
function averaged(levels: readonly ProfileLevel[], samples: number): readonly ProfileLevel[] {
  const end = levels.at(-1)?.time ?? 0
  if (levels.length <= samples || end === 0) return levels
  const width = end / (samples - 1)
  const running = new Float64Array(samples)
  const tiles = new Float64Array(samples)
  for (const [k, level] of levels.slice(0, -1).entries()) {
    const until = levels[k + 1]!.time
    for (let at = level.time; at < until; ) {
      const bin = Math.min(samples - 2, Math.floor(at / width))
      const edge = bin === samples - 2 ? until : Math.min(until, (bin + 1) * width)
      const share = (Math.max(edge, at) - at) / width
      running[bin]! += level.running * share
      tiles[bin]! += level.workingSetTiles * share
      if (edge <= at) break
      at = edge
    }
  }
  return Array.from({ length: samples }, (_, k) => ({
    time: k === samples - 1 ? end : k * width,
    running: running[k]!,
    workingSetTiles: tiles[k]!,
  }))
}
