import type { KernelCallNode, TileRefNode } from '../ast.ts'
import { locate, type Source, textOf } from '../source.ts'
import { collect } from '../visitor.ts'
import { circumstances } from './incidents.ts'
import { difference, greatest, linearOf, smallest } from './linear.ts'
import type { Rule, RuleContext } from './rule.ts'
import type { Incident, Walk } from './walk.ts'

/**
 * A read of a tile that no task writes, of a matrix of which the program writes other tiles (so that it is no input),
 * and that does not say `= 0`.
 */
export const unwrittenRead: Rule = function* (context) {
  const { program, source, doubts, walk, inputs } = context
  const calls = collect(program, 'KernelCall')
  const zeros = new Set(
    program.parameters.filter((parameter) => parameter.default !== undefined).map(({ name }) => name.id),
  )
  const passed = new Set(
    collect(program, 'ProgramCall').flatMap((call) => collect(call, 'Name').map((name) => name.id)),
  )
  const excused = (matrix: string): boolean => zeros.has(matrix) || doubts.has(matrix) || inputs.has(matrix)
  const written = new Map<string, Bounded[]>()
  for (const target of calls.flatMap((call) => call.targets)) {
    const bounded = { reference: target, bounds: boundsOf(context, target) }
    const known = written.get(target.matrix.id)
    if (known === undefined) written.set(target.matrix.id, [bounded])
    else known.push(bounded)
  }
  for (const read of calls.flatMap(operandsOf)) {
    const { id } = read.matrix
    const writes = written.get(id) ?? []
    const first = writes[0]?.reference
    if (first === undefined || excused(id) || passed.has(id) || isAbsent(context, read)) continue
    const bounds = boundsOf(context, read)
    if (!writes.every((write) => neverMeet(bounds, write.bounds))) continue
    const message = `${textOf(source, read.span)} is written by nobody, and ${reason(source, first)}`
    yield { code: 'unwritten-read', message, span: read.span }
  }
  if (walk?.complete) yield* missing(context, walk, excused)
}

function* missing({ source }: RuleContext, walk: Walk, excused: (matrix: string) => boolean): ReturnType<Rule> {
  const written = new Uint8Array(walk.tileCount)
  for (const tile of walk.writes.tile) written[tile] = 1
  const writes = new Map<string, TileRefNode>()
  for (const reference of walk.writes.reference) {
    const matrix = walk.canonical(reference.matrix.id)
    if (!writes.has(matrix)) writes.set(matrix, reference)
  }
  const incidents = new Map<TileRefNode, Incident>()
  for (const [access, tile] of walk.reads.tile.entries()) {
    const reference = walk.reads.reference[access]
    if (written[tile] === 1 || reference === undefined) continue
    const known = incidents.get(reference)
    if (known !== undefined) known.count += 1
    else incidents.set(reference, { where: walk.at(walk.reads.task[access] ?? 0), text: walk.tileName(tile), count: 1 })
  }
  for (const [reference, incident] of incidents) {
    const { id } = reference.matrix
    const matrix = walk.canonical(id)
    const write = writes.get(matrix)
    if (write === undefined || write.indices.length !== reference.indices.length) continue
    if (excused(id) || excused(matrix) || walk.uncertain.has(matrix)) continue
    const message = `${incident.text} is written by nobody, and ${reason(source, write)}: read${circumstances(incident, walk)}`
    yield { code: 'unwritten-read', message, span: reference.span }
  }
}

function reason(source: Source, write: TileRefNode): string {
  const { line, column } = locate(source, write.span.start)
  return `'${write.matrix.id}' is no input, as other tiles of it are written (at ${line}:${column})`
}

function operandsOf(call: KernelCallNode): TileRefNode[] {
  return call.arguments.filter((argument) => argument.kind === 'TileRef')
}

/** Whether the tile may lie outside of a declared grid, where nothing needs to be written. */
function isAbsent({ program, resolution }: RuleContext, read: TileRefNode): boolean {
  const grid = program.parameters.find(({ name }) => name.id === read.matrix.id)?.grid
  if (grid === undefined) return false
  return !read.indices.every((index, k) => {
    const extent = grid[k]
    const [form, limit] = [linearOf(index, resolution, ''), extent && linearOf(extent, resolution, '')]
    if (form === undefined || limit === undefined) return false
    const least = smallest(form, resolution, '', true)
    const excess = greatest(difference(form, limit), resolution, '', false)
    return least !== undefined && least >= 0 && excess !== undefined && excess < 0
  })
}

/** Least and greatest value of an index, where they are known. */
type Bounds = readonly [number | undefined, number | undefined]

interface Bounded {
  readonly reference: TileRefNode
  readonly bounds: readonly Bounds[]
}

/** Bounds of the indices of a reference over all tasks, whatever the sizes. */
function boundsOf({ resolution }: RuleContext, { indices }: TileRefNode): Bounds[] {
  return indices.map((index): Bounds => {
    const form = linearOf(index, resolution, '')
    if (form === undefined) return [undefined, undefined]
    return [smallest(form, resolution, '', false), greatest(form, resolution, '', false)]
  })
}

/** Whether two references certainly name different tiles, whatever the tasks. */
function neverMeet(read: readonly Bounds[], write: readonly Bounds[]): boolean {
  if (read.length !== write.length) return false
  return read.some(([least, most], k) => {
    const [otherLeast, otherMost] = write[k] ?? []
    return isBelow(most, otherLeast) || isBelow(otherMost, least)
  })
}

function isBelow(most: number | undefined, least: number | undefined): boolean {
  return most !== undefined && least !== undefined && most < least
}
