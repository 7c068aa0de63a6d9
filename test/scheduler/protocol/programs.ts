import type { ExplicitTask } from '../../helpers/explicit-program.ts'

/** A task graph in numbers: tasks and tiles count from 0; inputs are always there and not named. */
export interface Graph {
  readonly name: string
  readonly tasks: readonly { readonly reads: readonly number[]; readonly writes: readonly number[] }[]
  /** Tiles of outputs; the others are intermediates. */
  readonly outputs: readonly number[]
}

const task = (reads: readonly number[], writes: readonly number[]) => ({ reads, writes })

export const single: Graph = { name: 'single', tasks: [task([], [0])], outputs: [0] }

export const pair: Graph = { name: 'pair', tasks: [task([], [0]), task([0], [1])], outputs: [1] }

export const chain: Graph = { name: 'chain', tasks: [task([], [0]), task([0], [1]), task([1], [2])], outputs: [2] }

export const fanOut: Graph = {
  name: 'fan-out',
  tasks: [task([], [0]), task([0], [1]), task([0], [2])],
  outputs: [1, 2],
}

export const diamond: Graph = {
  name: 'diamond',
  tasks: [task([], [0]), task([0], [1]), task([0], [2]), task([1, 2], [3])],
  outputs: [3],
}

/** The first task writes an output that the second reads, as a column of a factor is. */
export const factor: Graph = { name: 'factor', tasks: [task([], [0, 1]), task([0, 1], [2])], outputs: [0, 2] }

/** The same as an explicit program: `O[n]` for outputs, `S[n]` for intermediates. */
export function explicitTasks({ tasks, outputs }: Graph): ExplicitTask[] {
  const text = (tile: number): string => `${outputs.includes(tile) ? 'O' : 'S'}[${tile}]`
  return tasks.map(({ reads, writes }, i) => ({
    vars: [i],
    kernel: 'k',
    reads: reads.map(text),
    writes: writes.map(text),
  }))
}
