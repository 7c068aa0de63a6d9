import type { ProgramNode, StatementNode, TileRefNode } from '../ast.ts'
import { collect } from '../visitor.ts'
import { linearOf } from './linear.ts'
import type { Resolution } from './scopes.ts'

/** The lists of statements that run one after the other, at the same values of the loop variables. */
export function blocksOf(program: ProgramNode): (readonly StatementNode[])[] {
  const blocks: (readonly StatementNode[])[] = [program.body]
  for (const loop of collect(program, 'For')) blocks.push(loop.body)
  for (const branch of collect(program, 'Branch')) blocks.push(branch.body)
  for (const node of collect(program, 'If')) blocks.push(node.otherwise)
  return blocks
}

/**
 * A key that two references of one block share when they certainly name one tile; `undefined` for a reference with an
 * index that is not affine.
 */
export function tileKey(resolution: Resolution, { matrix, indices }: TileRefNode): string | undefined {
  const parts: string[] = [matrix.id]
  for (const index of indices) {
    const form = linearOf(index, resolution, '')
    if (form === undefined) return undefined
    const terms = [...form.terms].map(([name, { coefficient }]) => `${coefficient} ${name}`).sort()
    parts.push([form.constant, ...terms].join(' + '))
  }
  return parts.join(', ')
}
