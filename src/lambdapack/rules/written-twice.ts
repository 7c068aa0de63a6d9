import type { StatementNode, TileRefNode } from '../ast.ts'
import { locate, type Source, textOf } from '../source.ts'
import { blocksOf, tileKey } from './blocks.ts'
import { more } from './incidents.ts'
import type { Rule } from './rule.ts'
import type { Walk } from './walk.ts'

/** A tile that two tasks write, or one task twice: tiles are assigned once. */
export const writtenTwice: Rule = function* (context) {
  const { program, source, walk } = context
  for (const targets of blocksOf(program).map(targetsOf)) {
    const first = new Map<string, TileRefNode>()
    for (const later of targets) {
      const key = tileKey(context.resolution, later)
      if (key === undefined) continue
      const earlier = first.get(key)
      if (earlier === undefined) {
        first.set(key, later)
        continue
      }
      const message = `${textOf(source, later.span)} is written twice: here and at ${placeOf(source, earlier)}`
      yield {
        code: 'written-twice',
        message,
        span: later.span,
        related: { span: earlier.span, message: 'first write' },
      }
    }
  }
  if (walk !== undefined) yield* pairsOf(walk, source)
}

function targetsOf(block: readonly StatementNode[]): TileRefNode[] {
  return block.flatMap((statement) => (statement.kind === 'KernelCall' ? statement.targets : []))
}

/** One finding for each pair of references that meet, at the tile where they meet first. */
function* pairsOf(walk: Walk, source: Source): ReturnType<Rule> {
  const first = new Int32Array(walk.tileCount).fill(-1)
  const pairs = new Map<TileRefNode, Map<TileRefNode, { earlier: number; later: number; count: number }>>()
  const { task, reference, tile } = walk.writes
  for (const [access, id] of tile.entries()) {
    const before = first[id] ?? -1
    const [here, there] = [reference[access], reference[before]]
    if (before < 0 || here === undefined || there === undefined) {
      first[id] = access
      continue
    }
    // The one further down in the text is to blame, whichever runs first.
    const isLater = here.span.start >= there.span.start
    const [blamed, other] = isLater ? [here, there] : [there, here]
    const known = pairs.get(blamed) ?? new Map()
    pairs.set(blamed, known)
    const pair = known.get(other)
    if (pair !== undefined) pair.count += 1
    else known.set(other, { earlier: isLater ? before : access, later: isLater ? access : before, count: 1 })
  }
  for (const [blamed, others] of pairs) {
    for (const [other, { earlier, later, count }] of others) {
      const name = walk.tileName(tile[later] ?? 0)
      const [here, there] = [walk.at(task[later] ?? 0), walk.at(task[earlier] ?? 0)]
      const place = `here${here} and at ${placeOf(source, other)}${there}`
      const message = `${name} is written twice: ${place}${walk.sizes}${more(count - 1)}`
      yield { code: 'written-twice', message, span: blamed.span, related: { span: other.span, message: 'first write' } }
    }
  }
}

function placeOf(source: Source, node: TileRefNode): string {
  const { line, column } = locate(source, node.span.start)
  return `${line}:${column}`
}
