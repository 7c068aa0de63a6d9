/**
 * The brute-force expander: runs the loops, writes every task down, and matches reads with writes. It is the measure that the
 * analysis is held against, so it shares nothing with it but the tree.
 */

import type { KernelCallNode, ProgramNode, StatementNode, TileRefNode } from '../ast.ts'
import { EvaluationError } from '../exact/index.ts'
import type { TaskDetail, TileRead, TileRef } from '../program.ts'
import { decimal, doubleOf, fraction, integerOf, order, plus, type Quantity } from './arithmetic.ts'
import { evaluate, isTrue } from './evaluate.ts'

export interface ExpandOptions {
  /** As for `compile`. */
  readonly aliases?: Readonly<Record<string, string>>
}

export interface Expansion {
  /** In order of text, then of iteration. */
  readonly tasks: readonly TaskDetail[]
  /** Positions in `tasks`: [from, to] when `to` reads what `from` writes, each pair once. */
  readonly edges: readonly (readonly [number, number])[]
  /** Positions of tasks without an edge into them, and of those without one out of them. */
  readonly starters: readonly number[]
  readonly terminators: readonly number[]
}

/** Expands an inlined program at its arguments. @throws EvaluationError where an expression has no value */
export function expand(
  program: ProgramNode,
  args: Readonly<Record<string, number>>,
  options: ExpandOptions = {},
): Expansion {
  const tasks = new Expander(program, args, options.aliases ?? {}).run()
  const writers = new Map<string, number>()
  const key = ({ matrix, index }: TileRef): string => JSON.stringify([matrix, index])
  for (const [position, task] of tasks.entries()) for (const tile of task.writes) writers.set(key(tile), position)
  const edges = new Map<string, readonly [number, number]>()
  for (const [to, task] of tasks.entries())
    for (const tile of task.reads) {
      const from = tile.absent ? undefined : writers.get(key(tile))
      if (from !== undefined) edges.set(`${from} ${to}`, [from, to])
    }
  const [sources, targets] = [new Set<number>(), new Set<number>()]
  for (const [from, to] of edges.values()) {
    sources.add(from)
    targets.add(to)
  }
  return {
    tasks,
    edges: [...edges.values()],
    starters: [...tasks.keys()].filter((position) => !targets.has(position)),
    terminators: [...tasks.keys()].filter((position) => !sources.has(position)),
  }
}

/** One kernel call that the walk came by, with what its names stood for. */
interface Visit {
  readonly node: KernelCallNode
  readonly vars: readonly number[]
  readonly names: Map<string, Quantity>
}

class Expander {
  readonly #program: ProgramNode
  readonly #aliases: Readonly<Record<string, string>>
  readonly #scalars = new Map<string, Quantity>()
  readonly #visits: Visit[] = []

  constructor(program: ProgramNode, args: Readonly<Record<string, number>>, aliases: Readonly<Record<string, string>>) {
    // A copy, so that a body that was inlined twice is two: calls are told apart by identity.
    this.#program = JSON.parse(JSON.stringify(program)) as ProgramNode
    this.#aliases = aliases
    for (const { name, type, default: fallback } of this.#program.parameters) {
      if (type === 'BigMatrix') continue
      const given = Object.hasOwn(args, name.id) ? args[name.id] : undefined
      if (given !== undefined) this.#scalars.set(name.id, signedDecimal(String(given)))
      else if (fallback) this.#scalars.set(name.id, evaluate(fallback, this.#scalars))
    }
  }

  run(): TaskDetail[] {
    this.#walk(this.#program.body, new Map(this.#scalars), [])
    const calls = kernelCalls(this.#program.body)
    const tasks = this.#visits.map((visit) => this.#detail(visit, calls.indexOf(visit.node)))
    return calls.flatMap((_, ordinal) => tasks.filter((task) => task.statement === ordinal))
  }

  #walk(body: readonly StatementNode[], names: Map<string, Quantity>, vars: readonly number[]): void {
    for (const node of body) {
      switch (node.kind) {
        case 'For': {
          const bound = (at: typeof node.start, absent: bigint): Quantity =>
            fraction(at ? BigInt(integerOf(evaluate(at, names))) : absent)
          const [start, stop, step] = [bound(node.start, 0n), bound(node.stop, 0n), bound(node.step, 1n)]
          const direction = order(step, fraction(0n))
          if (direction === 0) throw new EvaluationError('domain', 'the step of a loop is 0')
          for (let at = start; order(at, stop) === -direction; at = plus(at, step))
            this.#walk(node.body, new Map(names).set(node.variable.id, at), [...vars, integerOf(at)])
          break
        }
        case 'If': {
          const taken = node.branches.find((branch) => isTrue(evaluate(branch.test, names)))
          this.#walk(taken?.body ?? node.otherwise, names, vars)
          break
        }
        case 'Assign':
          names.set(node.name.id, evaluate(node.value, names))
          break
        case 'KernelCall':
          this.#visits.push({ node, vars, names: new Map(names) })
          break
      }
    }
  }

  #detail({ node, vars, names }: Visit, statement: number): TaskDetail {
    const tile = (reference: TileRefNode): TileRef => ({
      matrix: this.#canonical(reference.matrix.id),
      index: reference.indices.map((index) => integerOf(evaluate(index, names))),
    })
    const reads: TileRead[] = []
    const positional: number[] = []
    for (const argument of node.arguments) {
      if (argument.kind !== 'TileRef') positional.push(doubleOf(evaluate(argument, names)))
      else {
        const read = tile(argument)
        const extents = this.#program.parameters.find(({ name }) => name.id === argument.matrix.id)?.grid
        const inside = extents?.every((extent, k) => {
          const limit = integerOf(evaluate(extent, this.#scalars))
          return read.index[k]! >= 0 && read.index[k]! < limit
        })
        reads.push({ ...read, absent: inside === false })
      }
    }
    return {
      statement,
      vars,
      kernel: node.kernel.id,
      reads,
      writes: node.targets.map(tile),
      scalars: {
        positional,
        keywords: Object.fromEntries(
          node.keywords.map(({ name, value }) => [name.id, doubleOf(evaluate(value, names))]),
        ),
      },
    }
  }

  #canonical(name: string): string {
    const target = Object.hasOwn(this.#aliases, name) ? this.#aliases[name] : undefined
    return target === undefined || target === name ? name : this.#canonical(target)
  }
}

function signedDecimal(text: string): Quantity {
  if (!text.startsWith('-')) return decimal(text)
  const { n, d } = decimal(text.slice(1))
  return fraction(-n, d)
}

/** Kernel calls in order of the text. */
function kernelCalls(body: readonly StatementNode[]): KernelCallNode[] {
  return body.flatMap((node) => {
    if (node.kind === 'KernelCall') return [node]
    if (node.kind === 'For') return kernelCalls(node.body)
    if (node.kind !== 'If') return []
    return [...node.branches.flatMap((branch) => kernelCalls(branch.body)), ...kernelCalls(node.otherwise)]
  })
}
