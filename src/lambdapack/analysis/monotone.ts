import type { Ir } from './ir.ts'

/** 1: does not fall as the variable grows; -1: does not rise; 0: does not depend on it. */
export type Direction = -1 | 0 | 1

/** How an expression moves with the variable of a slot, the others fixed; `undefined` when that is not evident. */
export function directionIn(ir: Ir, slot: number): Direction | undefined {
  if ((ir.free & (1 << slot)) === 0) return 0
  if (ir.op === 'slot') return 1
  if (ir.op === 'call') return together(ir.operands.map((operand) => directionIn(operand, slot)))
  if (ir.op !== 'binary') return undefined
  const { operator, left, right } = ir
  const [a, b] = [directionIn(left, slot), directionIn(right, slot)]
  switch (operator) {
    case '+':
      return together([a, b])
    case '-':
      return together([a, turned(b, -1)])
    case '*':
      return a === 0 ? turned(b, signOf(left)) : b === 0 ? turned(a, signOf(right)) : undefined
    case '/':
    case '//':
      return b === 0 ? turned(a, signOf(right)) : undefined
    case '**':
      return left.op === 'const' && typeof left.value === 'number' && left.value >= 1 ? b : undefined
    case '%':
      return undefined
  }
}

/** The sign of a constant integer. */
function signOf(ir: Ir): Direction | undefined {
  return ir.op === 'const' && typeof ir.value === 'number' ? (Math.sign(ir.value) as Direction) : undefined
}

function turned(direction: Direction | undefined, by: Direction | undefined): Direction | undefined {
  return direction === undefined || by === undefined ? undefined : ((direction * by) as Direction)
}

function together(directions: readonly (Direction | undefined)[]): Direction | undefined {
  if (directions.includes(undefined)) return undefined
  const [up, down] = [directions.includes(1), directions.includes(-1)]
  return up && down ? undefined : up ? 1 : down ? -1 : 0
}
