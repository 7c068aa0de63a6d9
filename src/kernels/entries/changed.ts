import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { readScalars, type ScalarSpec } from '../scalars.ts'
import type { Tile } from '../tile.ts'
import { expectExtent, operand, writable } from './operands.ts'

/** What distinguishes a kernel that changes a tile from the others of that kind. */
export interface Change<S extends ScalarSpec> {
  readonly name: string
  readonly aliases?: readonly string[]
  /** Names of the operands; the first is changed, the others have its extent. @default A alone */
  readonly operands?: readonly string[]
  readonly scalars: S
  /** Floating point operations for a tile of this extent. @default one an element */
  readonly flops?: (extent: Extent) => number
  change(target: Tile, others: readonly Tile[], scalars: { readonly [name in keyof S]: number }): void | Promise<void>
}

/** The kernel whose result is its first operand, changed where it lies or in a copy. */
export function changedKernel<S extends ScalarSpec>(change: Change<S>): Kernel {
  const { name, operands: names = ['A'] } = change
  const first = names[0]!
  const scalarsOf = (given: KernelScalars) => readScalars(name, change.scalars, given)
  return {
    name,
    aliases: change.aliases ?? [],
    minInputs: names.length,
    maxInputs: names.length,
    outputs: 1,
    absent: [false],
    scalars: Object.keys(change.scalars),
    reuses: [0],
    shape(operands, scalars) {
      scalarsOf(scalars)
      const { rows, cols } = operand(name, operands, 0, first)
      for (let i = 1; i < names.length; i++) {
        expectExtent(name, names[i]!, operand(name, operands, i, names[i]!), rows, cols)
      }
      return [{ rows, cols }]
    },
    flops(operands) {
      const extent = operand(name, operands, 0, first)
      return change.flops ? change.flops(extent) : extent.rows * extent.cols
    },
    async run(operands, context) {
      const others = names.slice(1).map((other, i) => operand(name, operands, i + 1, other))
      const scalars = scalarsOf(context.scalars)
      const target = await writable(operands, 0, operand(name, operands, 0, first), context)
      await change.change(target, others, scalars)
      return [target]
    },
  }
}
