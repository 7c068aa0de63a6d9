import type { ProgramNode, StatementNode, TileRefNode } from '../ast.ts'
import { collect } from '../visitor.ts'
import { difference, linearOf } from './linear.ts'
import type { Resolution } from './scopes.ts'

/** The lists of statements that run one after the other, at the same values of the loop variables. */
export function blocksOf(program: ProgramNode): (readonly StatementNode[])[] {
  const blocks: (readonly StatementNode[])[] = [program.body]
  for (const loop of collect(program, 'For')) blocks.push(loop.body)
  for (const branch of collect(program, 'Branch')) blocks.push(branch.body)
  for (const node of collect(program, 'If')) blocks.push(node.otherwise)
  return blocks
}

/** Whether two references of one block certainly name one tile. */
export function isSameTile(resolution: Resolution, a: TileRefNode, b: TileRefNode): boolean {
  if (a.matrix.id !== b.matrix.id || a.indices.length !== b.indices.length) return false
  return a.indices.every((index, k) => {
    const other = b.indices[k]
    const [left, right] = [linearOf(index, resolution, ''), other && linearOf(other, resolution, '')]
    if (left === undefined || right === undefined) return false
    const gap = difference(left, right)
    return gap.constant === 0 && gap.terms.size === 0
  })
}
