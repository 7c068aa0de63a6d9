import { binary, constant, type Ir } from './ir.ts'

/** An expression as `coefficient * u + offset`, neither of which depends on the unknown u. */
export interface Affine {
  readonly coefficient: Ir
  readonly offset: Ir
}

const zero = constant(0)
const one = constant(1)

/** Splits an expression that is affine in the variable of this slot; `undefined` when it is not evidently so. */
export function affineIn(ir: Ir, slot: number): Affine | undefined {
  if ((ir.free & (1 << slot)) === 0) return { coefficient: zero, offset: ir }
  if (ir.op === 'slot') return { coefficient: one, offset: zero }
  if (ir.op !== 'binary') return undefined
  const { operator, left, right } = ir
  if (operator === '+' || operator === '-') {
    const [a, b] = [affineIn(left, slot), affineIn(right, slot)]
    return (
      a &&
      b && {
        coefficient: binary(operator, a.coefficient, b.coefficient),
        offset: binary(operator, a.offset, b.offset),
      }
    )
  }
  const bit = 1 << slot
  if (operator === '*' && (left.free & bit) === 0)
    return scale(affineIn(right, slot), (part) => binary('*', left, part))
  if ((operator === '*' || operator === '/') && (right.free & bit) === 0)
    return scale(affineIn(left, slot), (part) => binary(operator, part, right))
  return undefined
}

function scale(affine: Affine | undefined, by: (part: Ir) => Ir): Affine | undefined {
  return affine && { coefficient: by(affine.coefficient), offset: by(affine.offset) }
}
