import type { OptionSpec } from './spec.ts'

/** Shape of the tree by which the tiles of a panel are eliminated. */
export type Tree = 'flat' | 'binary' | 'hybrid'

export const treeOption: OptionSpec = {
  kind: 'choice',
  choices: ['flat', 'binary', 'hybrid'],
  description: 'order of elimination: one after the other, in pairs, or domains in pairs',
}

/** Columns of a block of reflectors: a larger one makes T costlier and the products faster; measured, see docs/performance.md. */
export const reflectorBlock = 128

/** Tiles eliminated one after the other before pairs are, for a panel of `count` tiles. */
export function domainOf(tree: Tree, count: number, hybrid: number): number {
  if (tree === 'flat') return count
  return tree === 'binary' ? 1 : Math.min(count, hybrid)
}
