import { bottomLevels, writeGraph } from './graph.ts'
import { IntList } from './int-list.ts'
import type { CompiledProgram, TaskDetail, TileRef } from './program.ts'
import { earliestStarts, listSchedule } from './schedule.ts'
import { TileNumbers } from './tile-numbers.ts'

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

/** From `time` to the time of the next point. */
export interface ProfilePoint {
  readonly time: number
  /** Tasks running: the available parallelism when workers are unbounded. */
  readonly parallelism: number
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
  readonly peakParallelism: number
  readonly peakWorkingSetTiles: number
  /** In order of time; the last one, at the makespan, is empty. */
  readonly points: readonly ProfilePoint[]
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
  for (const [position, start] of starts.entries()) steps.add(start, start + weights[position]!, 'parallelism')
  for (const [first, last] of tiles.lifetimes(starts, weights)) steps.add(first, last, 'tiles')
  const exact = steps.points()
  return {
    program: compiled.name,
    args: compiled.args,
    workers: workers ?? null,
    tasks: graph.tasks.length,
    work: weights.reduce((sum, weight) => sum + weight, 0),
    criticalPath: bottomLevels(graph).reduce((longest, level) => Math.max(longest, level), 0),
    criticalTime: levels.reduce((longest, level) => Math.max(longest, level), 0),
    makespan: exact.at(-1)?.time ?? 0,
    peakParallelism: exact.reduce((peak, point) => Math.max(peak, point.parallelism), 0),
    peakWorkingSetTiles: exact.reduce((peak, point) => Math.max(peak, point.workingSetTiles), 0),
    points: averaged(exact, samples).map((point) =>
      tileBytes === undefined ? point : { ...point, workingSetBytes: point.workingSetTiles * tileBytes },
    ),
  }
}

/** Who writes and reads each tile, as pairs. */
class TileUses {
  readonly #numbers = new TileNumbers()
  readonly #tiles = new IntList()
  readonly #tasks = new IntList()

  add(detail: TaskDetail, position: number): void {
    for (const tile of detail.writes) this.#use(tile, position)
    for (const tile of detail.reads) if (!tile.absent) this.#use(tile, position)
  }

  #use(tile: TileRef, position: number): void {
    this.#tiles.push(this.#numbers.of(tile))
    this.#tasks.push(position)
  }

  /** From the first start to the last end of the tasks that touch a tile. */
  *lifetimes(starts: Float64Array, durations: Float64Array): Generator<[number, number]> {
    const first = new Float64Array(this.#numbers.count).fill(Number.POSITIVE_INFINITY)
    const last = new Float64Array(this.#numbers.count)
    const tasks = this.#tasks.values()
    for (const [use, tile] of this.#tiles.values().entries()) {
      const task = tasks[use]!
      first[tile] = Math.min(first[tile]!, starts[task]!)
      last[tile] = Math.max(last[tile]!, starts[task]! + durations[task]!)
    }
    for (let tile = 0; tile < first.length; tile++) yield [first[tile]!, last[tile]!]
  }
}

/** Counts of intervals that are open over time. */
class Steps {
  readonly #changes = new Map<number, { parallelism: number; tiles: number }>()

  add(from: number, to: number, count: 'parallelism' | 'tiles'): void {
    this.#at(from)[count]++
    this.#at(to)[count]--
  }

  #at(time: number): { parallelism: number; tiles: number } {
    let change = this.#changes.get(time)
    if (!change) {
      change = { parallelism: 0, tiles: 0 }
      this.#changes.set(time, change)
    }
    return change
  }

  points(): ProfilePoint[] {
    let [parallelism, workingSetTiles] = [0, 0]
    return [...this.#changes]
      .sort(([a], [b]) => a - b)
      .map(([time, change]) => {
        parallelism += change.parallelism
        workingSetTiles += change.tiles
        return { time, parallelism, workingSetTiles }
      })
  }
}

/** Time averages over equal intervals when there are more points than samples. */
function averaged(points: readonly ProfilePoint[], samples: number): readonly ProfilePoint[] {
  const end = points.at(-1)?.time ?? 0
  if (points.length <= samples || end === 0) return points
  const width = end / (samples - 1)
  const parallelism = new Float64Array(samples)
  const tiles = new Float64Array(samples)
  for (const [k, point] of points.slice(0, -1).entries()) {
    const until = points[k + 1]!.time
    for (let bin = Math.floor(point.time / width); bin < samples - 1 && bin * width < until; bin++) {
      const share = Math.max(0, (Math.min(until, (bin + 1) * width) - Math.max(point.time, bin * width)) / width)
      parallelism[bin]! += point.parallelism * share
      tiles[bin]! += point.workingSetTiles * share
    }
  }
  return Array.from({ length: samples }, (_, k) => ({
    time: k === samples - 1 ? end : k * width,
    parallelism: parallelism[k]!,
    workingSetTiles: tiles[k]!,
  }))
}
