import type { KernelCallNode, TileRefNode } from '../ast.ts'
import { locate, type Source } from '../source.ts'
import { collect } from '../visitor.ts'
import { difference, linearOf } from './linear.ts'
import type { Rule, RuleContext } from './rule.ts'
import type { Walk } from './walk.ts'

/** Tasks that wait for each other, or a task that reads the tile it writes. */
export const cycle: Rule = function* (context) {
  const { program, source, walk } = context
  for (const call of collect(program, 'KernelCall')) {
    const operand = ownOperand(context, call)
    if (operand === undefined) continue
    const name = source.text.slice(operand.span.start, operand.span.end)
    const message = `cycle: this call reads ${name}, the tile that it writes; a tile is assigned once, write to another matrix`
    yield { code: 'cycle', message, span: call.targets[0]?.span ?? call.span }
  }
  if (walk === undefined) return
  const found = shortestCycle(walk)
  const [first] = found
  if (first === undefined) return
  const call = walk.tasks[first.task]?.call
  if (call === undefined) return
  const message =
    found.length === 1
      ? `cycle: this call reads ${first.tile}, the tile that it writes${walk.at(first.task)}${walk.sizes}`
      : `cycle: ${found.map((link) => describe(walk, link, source)).join(', ')}${walk.sizes}`
  yield { code: 'cycle', message, span: call.targets[0]?.span ?? call.span }
}

/** An operand that is certainly one of the targets. */
function ownOperand({ resolution }: RuleContext, call: KernelCallNode): TileRefNode | undefined {
  const operands = call.arguments.filter((argument) => argument.kind === 'TileRef')
  return operands.find((operand) =>
    call.targets.some(
      (target) =>
        target.matrix.id === operand.matrix.id &&
        target.indices.length === operand.indices.length &&
        target.indices.every((index, k) => {
          const other = operand.indices[k]
          const [a, b] = [linearOf(index, resolution, ''), other && linearOf(other, resolution, '')]
          if (a === undefined || b === undefined) return false
          const gap = difference(a, b)
          return gap.constant === 0 && gap.terms.size === 0
        }),
    ),
  )
}

/** A task, and a tile that it reads from the task before it in the cycle. */
interface Link {
  readonly task: number
  readonly tile: string
}

function describe(walk: Walk, { task, tile }: Link, source: Source): string {
  const start = walk.tasks[task]?.call.span.start ?? 0
  const { line, column } = locate(source, start)
  return `${line}:${column}${walk.at(task)} waits for ${tile}`
}

/** A shortest cycle through the first task (in order of the text, then of iteration) that is in one; empty when there is none. */
function shortestCycle(walk: Walk): readonly Link[] {
  const parents = parentsOf(walk)
  const stuck = tasksInCycles(parents)
  let start: number | undefined
  for (const [task, { call }] of walk.tasks.entries()) {
    if (stuck[task] !== 1) continue
    const best = start === undefined ? Number.POSITIVE_INFINITY : (walk.tasks[start]?.call.span.start ?? 0)
    if (call.span.start < best) start = task
  }
  if (start === undefined) return []
  // Breadth first along "waits for", until the start is met again.
  const via = new Map<number, { from: number; tile: string }>()
  let front = [start]
  while (front.length > 0 && !via.has(start)) {
    const next: number[] = []
    for (const task of front) {
      for (const { task: parent, tile } of parents[task] ?? []) {
        if (stuck[parent] !== 1 || via.has(parent)) continue
        via.set(parent, { from: task, tile: walk.tileName(tile) })
        next.push(parent)
      }
    }
    front = next
  }
  const links: Link[] = []
  let at = start
  do {
    const step = via.get(at)
    if (step === undefined) break
    links.unshift({ task: step.from, tile: step.tile })
    at = step.from
  } while (at !== start)
  return links
}

type Parent = { readonly task: number; readonly tile: number }

function parentsOf(walk: Walk): readonly (readonly Parent[])[] {
  const writer = new Int32Array(walk.tileCount).fill(-1)
  for (const [access, tile] of walk.writes.tile.entries()) writer[tile] = walk.writes.task[access] ?? -1
  const parents: Parent[][] = walk.tasks.map(() => [])
  for (const [access, tile] of walk.reads.tile.entries()) {
    const task = writer[tile] ?? -1
    if (task >= 0) parents[walk.reads.task[access] ?? 0]?.push({ task, tile })
  }
  return parents
}

/** Marks the tasks that lie on a cycle: what is left when starters, and then terminators, are taken away again and again. */
function tasksInCycles(parents: readonly (readonly Parent[])[]): Uint8Array {
  const children: number[][] = parents.map(() => [])
  for (const [task, list] of parents.entries()) for (const parent of list) children[parent.task]?.push(task)
  const left = new Uint8Array(parents.length).fill(1)
  const above = parents.map((list) => list.map((parent) => parent.task))
  prune(left, above, children)
  prune(left, children, above)
  return left
}

/** Removes what waits for nothing that is left, as often as possible. */
function prune(
  left: Uint8Array,
  sources: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
): void {
  const waits = sources.map((list) => list.filter((task) => left[task] === 1).length)
  const free = [...waits.keys()].filter((task) => left[task] === 1 && waits[task] === 0)
  for (let task = free.pop(); task !== undefined; task = free.pop()) {
    left[task] = 0
    for (const next of targets[task] ?? []) {
      waits[next] = (waits[next] ?? 0) - 1
      if (waits[next] === 0 && left[next] === 1) free.push(next)
    }
  }
}
