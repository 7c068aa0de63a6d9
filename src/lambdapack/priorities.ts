import { bottomLevels, writeGraph } from './graph.ts'
import { type CompiledProgram, type TaskDetail, taskId } from './program.ts'

export interface CriticalPathOptions {
  /** Give up beyond so many tasks. @default 200000 */
  readonly limit?: number
  /** What a task costs, such as its flops. @default 1 each */
  readonly weight?: (task: TaskDetail) => number
}

/**
 * The bottom level of every task by its id: the weight of the heaviest path from it to an end of the graph, itself included.
 * Doing ready tasks in falling order of it keeps the critical path moving.
 * @returns `undefined` for a program of more tasks than the limit
 * @throws CompileError when tasks wait for each other in a circle
 */
export function criticalPathLengths(
  compiled: CompiledProgram,
  { limit = 200_000, weight }: CriticalPathOptions = {},
): ReadonlyMap<string, number> | undefined {
  const weights: number[] = []
  const graph = writeGraph(compiled, limit, weight && ((detail) => weights.push(weight(detail))))
  if (!graph) return undefined
  const levels = bottomLevels(graph, weight && Float64Array.from(weights))
  const lengths = new Map<string, number>()
  for (const [position, task] of graph.tasks.entries()) lengths.set(taskId(task), levels[position]!)
  return lengths
}
