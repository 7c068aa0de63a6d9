import { bottomLevels, writeGraph } from './graph.ts'
import { type CompiledProgram, type TileRef, taskId } from './program.ts'

export interface DagTask {
  readonly id: string
  /** Ordinal of the kernel call in source order, from 0. */
  readonly statement: number
  /** Loop variables in nesting order. */
  readonly vars: Readonly<Record<string, number>>
  readonly kernel: string
  /** Tiles in argument order, without those that lie outside of a declared grid. */
  readonly reads: readonly TileRef[]
  readonly writes: readonly TileRef[]
}

/** The expanded task graph, as `dag --format json` prints it. */
export interface Dag {
  readonly program: string
  readonly args: Readonly<Record<string, number>>
  readonly tasks: readonly DagTask[]
  /** Ids: the second reads a tile that the first writes. */
  readonly edges: readonly (readonly [string, string])[]
  readonly starters: readonly string[]
  readonly terminators: readonly string[]
  /** Tasks on the longest path. */
  readonly criticalPath: number
}

/**
 * Expands a program into its task graph.
 * @throws CompileError when tasks wait for each other in a circle
 */
export function dag(compiled: CompiledProgram): Dag {
  const variables = compiled.statements.map((statement) => statement.variables)
  const tasks: DagTask[] = []
  const bare = ({ matrix, index }: TileRef): TileRef => ({ matrix, index })
  // A graph is always written when no limit is set.
  const graph = writeGraph(compiled, Number.POSITIVE_INFINITY, (detail) => {
    tasks.push({
      id: taskId(detail),
      statement: detail.statement,
      vars: Object.fromEntries(variables[detail.statement]!.map((name, k) => [name, detail.vars[k]!])),
      kernel: detail.kernel,
      reads: detail.reads.filter((read) => !read.absent).map(bare),
      writes: detail.writes,
    })
  })!
  const { childStart, children, parentCount } = graph
  const edges: (readonly [string, string])[] = []
  const [starters, terminators]: [string[], string[]] = [[], []]
  for (const [position, { id }] of tasks.entries()) {
    const [first, end] = [childStart[position]!, childStart[position + 1]!]
    for (let at = first; at < end; at++) edges.push([id, tasks[children[at]!]!.id])
    if (parentCount[position] === 0) starters.push(id)
    if (first === end) terminators.push(id)
  }
  return {
    program: compiled.name,
    args: compiled.args,
    tasks,
    edges,
    starters,
    terminators,
    criticalPath: bottomLevels(graph).reduce((longest, level) => Math.max(longest, level), 0),
  }
}
