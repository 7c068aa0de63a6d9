import type { KernelCallNode, TileRefNode } from '../ast.ts'
import { locate, type Source, textOf } from '../source.ts'
import { blocksOf, tileKey } from './blocks.ts'
import type { Rule } from './rule.ts'
import type { Resolution } from './scopes.ts'
import type { Walk } from './walk.ts'

/** Tasks that wait for each other, or a task that reads the tile it writes. */
export const cycle: Rule = function* (context) {
  const { program, source, resolution, walk } = context
  for (const block of blocksOf(program)) {
    const calls = block.filter((statement) => statement.kind === 'KernelCall')
    const links = certainCycle(calls, resolution)
    const [first] = links
    if (first === undefined) continue
    const span = first.call.targets[0]?.span ?? first.call.span
    const [tile, ...others] = links.map(({ operand }) => textOf(source, operand.span))
    const message =
      others.length === 0
        ? `cycle: this call reads ${tile}, the tile that it writes; a tile is assigned once, write to another matrix`
        : `cycle: ${links.map(({ call, operand }) => `${placeOf(call, source)} waits for ${textOf(source, operand.span)}`).join(', ')}`
    yield { code: 'cycle', message, span }
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

/** A call, and the operand for which it waits for the next one in the cycle. */
interface CallLink {
  readonly call: KernelCallNode
  readonly operand: TileRefNode
}

/** Calls of one block that certainly wait for each other, each for the next and the last for the first. */
function certainCycle(calls: readonly KernelCallNode[], resolution: Resolution): readonly CallLink[] {
  const waits = waitsOf(calls, resolution)
  for (const start of waits.keys()) {
    const paths: { readonly at: KernelCallNode; readonly links: readonly CallLink[] }[] = [{ at: start, links: [] }]
    const seen = new Set<KernelCallNode>()
    for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
      for (const { operand, writer } of waits.get(path.at) ?? []) {
        const links = [...path.links, { call: path.at, operand }]
        if (writer === start) return links
        if (!seen.has(writer)) paths.push({ at: writer, links })
        seen.add(writer)
      }
    }
  }
  return []
}

interface Wait {
  readonly operand: TileRefNode
  readonly writer: KernelCallNode
}

/** What calls of a block wait for in it; without calls that lead to no cycle. */
function waitsOf(
  calls: readonly KernelCallNode[],
  resolution: Resolution,
): ReadonlyMap<KernelCallNode, readonly Wait[]> {
  const writers = new Map<string, Set<KernelCallNode>>()
  for (const call of calls) {
    for (const target of call.targets) {
      const key = tileKey(resolution, target)
      if (key === undefined) continue
      const known = writers.get(key)
      if (known === undefined) writers.set(key, new Set([call]))
      else known.add(call)
    }
  }
  const waits = new Map<KernelCallNode, readonly Wait[]>()
  const readers = new Map<KernelCallNode, KernelCallNode[]>()
  for (const call of calls) {
    const operands = call.arguments.filter((argument) => argument.kind === 'TileRef')
    const list = operands.flatMap((operand) => {
      const key = tileKey(resolution, operand)
      return [...((key === undefined ? undefined : writers.get(key)) ?? [])].map((writer) => ({ operand, writer }))
    })
    waits.set(call, list)
    for (const { writer } of list) {
      const known = readers.get(writer)
      if (known === undefined) readers.set(writer, [call])
      else known.push(call)
    }
  }
  const open = new Map([...waits].map(([call, list]) => [call, list.length]))
  const free = calls.filter((call) => open.get(call) === 0)
  for (let call = free.pop(); call !== undefined; call = free.pop()) {
    waits.delete(call)
    for (const reader of readers.get(call) ?? []) {
      const left = (open.get(reader) ?? 0) - 1
      open.set(reader, left)
      if (left === 0) free.push(reader)
    }
  }
  return waits
}

/** A task, and a tile that it reads from the task before it in the cycle. */
interface Link {
  readonly task: number
  readonly tile: string
}

function describe(walk: Walk, { task, tile }: Link, source: Source): string {
  const call = walk.tasks[task]?.call
  return `${call === undefined ? '' : placeOf(call, source)}${walk.at(task)} waits for ${tile}`
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

function placeOf(call: KernelCallNode, source: Source): string {
  const { line, column } = locate(source, call.span.start)
  return `${line}:${column}`
}
