import { collect } from '../visitor.ts'
import { circumstances } from './incidents.ts'
import { difference, greatest, linearOf, smallest } from './linear.ts'
import type { Rule } from './rule.ts'

/** A write outside of a declared grid: certain at all sizes, or found at the given ones. */
export const outsideGrid: Rule = function* ({ program, resolution, walk }) {
  const grids = new Map(program.parameters.map(({ name, grid }) => [name.id, grid]))
  for (const { matrix, indices, span } of collect(program, 'KernelCall').flatMap((call) => call.targets)) {
    const grid = grids.get(matrix.id)
    if (grid === undefined || grid.length !== indices.length) continue
    const outside = indices.some((index, k) => {
      const extent = grid[k]
      const form = linearOf(index, resolution, '')
      if (extent === undefined || form === undefined) return false
      const most = greatest(form, resolution, '', true)
      if (most !== undefined && most < 0) return true
      const limit = linearOf(extent, resolution, '')
      const excess = limit === undefined ? undefined : smallest(difference(form, limit), resolution, '', false)
      return excess !== undefined && excess >= 0
    })
    if (outside)
      yield { code: 'outside-grid', message: `this tile lies outside of the declared grid of '${matrix.id}'`, span }
  }
  if (walk === undefined) return
  for (const [reference, incident] of walk.outsideWrites) {
    const message = `write outside of the grid: ${incident.text}${circumstances(incident, walk)}`
    yield { code: 'outside-grid', message, span: reference.span }
  }
}
