import type { ExpressionNode, ForNode } from '../ast.ts'
import { print } from '../print.ts'
import { constantOf } from './evaluate.ts'
import type { Resolution } from './scopes.ts'

/** What a term of a linear form stands for: a loop variable has bounds, anything else is only known to be itself. */
interface Term {
  readonly coefficient: number
  readonly loop: ForNode | undefined
  readonly isParameter: boolean
}

/** `constant + sum of coefficient * term`, in integers. */
export interface Linear {
  readonly constant: number
  readonly terms: ReadonlyMap<string, Term>
}

/**
 * An expression as a linear form of loop variables, parameters and whatever else it is made of. `copy` tells apart the
 * loop variables of two tasks. `undefined` when it is not one evidently.
 */
export function linearOf(node: ExpressionNode, resolution: Resolution, copy: string): Linear | undefined {
  const recur = (inner: ExpressionNode): Linear | undefined => linearOf(inner, resolution, copy)
  const value = constantOf(node)
  if (value !== undefined) return typeof value === 'number' ? { constant: value, terms: new Map() } : undefined
  switch (node.kind) {
    case 'Name': {
      const meaning = resolution.meaningOf(node)
      if (meaning?.kind === 'scalar') return meaning.value === undefined ? undefined : recur(meaning.value)
      if (meaning?.kind === 'parameter') return single(node.id, { coefficient: 1, loop: undefined, isParameter: true })
      if (meaning?.kind !== 'loop') return undefined
      const key = `${copy}${node.id}@${meaning.loop.span.start}`
      return single(key, { coefficient: 1, loop: meaning.loop, isParameter: false })
    }
    case 'Unary': {
      const operand = recur(node.operand)
      if (operand === undefined || node.operator === 'not') return undefined
      return node.operator === '-' ? scale(operand, -1) : operand
    }
    case 'Binary': {
      const [left, right] = [recur(node.left), recur(node.right)]
      if (left === undefined || right === undefined) return opaque(node, resolution)
      if (node.operator === '+') return sum(left, right)
      if (node.operator === '-') return sum(left, scale(right, -1))
      if (node.operator === '*' && left.terms.size === 0) return scale(right, left.constant)
      if (node.operator === '*' && right.terms.size === 0) return scale(left, right.constant)
      return opaque(node, resolution)
    }
    default:
      return opaque(node, resolution)
  }
}

export function difference(a: Linear, b: Linear): Linear {
  return sum(a, scale(b, -1))
}

/** Greatest value over the loops, `undefined` when it is not evident. `sizes`: parameters are taken to be 0 or more. */
export function greatest(form: Linear, resolution: Resolution, copy: string, sizes: boolean): number | undefined {
  let at = form
  for (let round = 0; round < 64; round += 1) {
    const inner = innermost(at)
    if (inner === undefined) break
    const [key, { coefficient, loop }] = inner
    const bound = boundOf(loop, coefficient > 0, resolution, copy)
    if (bound === undefined) return undefined
    const terms = new Map(at.terms)
    terms.delete(key)
    at = sum({ constant: at.constant, terms }, scale(bound, coefficient))
  }
  const open = [...at.terms.values()].some((term) => !(sizes && term.isParameter && term.coefficient < 0))
  return open || !Number.isSafeInteger(at.constant) ? undefined : at.constant
}

/** Smallest value over the loops, as {@link greatest}. */
export function smallest(form: Linear, resolution: Resolution, copy: string, sizes: boolean): number | undefined {
  const negated = greatest(scale(form, -1), resolution, copy, sizes)
  return negated === undefined ? undefined : 0 - negated
}

function innermost(form: Linear): [string, { coefficient: number; loop: ForNode }] | undefined {
  let best: [string, { coefficient: number; loop: ForNode }] | undefined
  for (const [key, { coefficient, loop }] of form.terms) {
    if (loop === undefined) continue
    if (best === undefined || loop.span.start > best[1].loop.span.start) best = [key, { coefficient, loop }]
  }
  return best
}

/** First or last value of a loop whose step is a known number: the greatest, or the smallest. */
function boundOf(loop: ForNode, upper: boolean, resolution: Resolution, copy: string): Linear | undefined {
  const step = loop.step === undefined ? 1 : constantOf(loop.step)
  if (typeof step !== 'number' || step === 0) return undefined
  const first = step > 0 !== upper
  if (first)
    return loop.start === undefined ? { constant: 0, terms: new Map() } : linearOf(loop.start, resolution, copy)
  const stop = linearOf(loop.stop, resolution, copy)
  return stop === undefined ? undefined : { ...stop, constant: stop.constant - Math.sign(step) }
}

/** A term of its own: equal text of nothing but parameters means equal value. */
function opaque(node: ExpressionNode, resolution: Resolution): Linear | undefined {
  const fixed = namesOf(node).every((name) => name.kind === 'Name' && resolution.meaningOf(name)?.kind === 'parameter')
  return fixed ? single(print(node), { coefficient: 1, loop: undefined, isParameter: false }) : undefined
}

function namesOf(node: ExpressionNode): ExpressionNode[] {
  switch (node.kind) {
    case 'Name':
      return [node]
    case 'Number':
      return []
    case 'Unary':
      return namesOf(node.operand)
    case 'Binary':
    case 'Logical':
      return [...namesOf(node.left), ...namesOf(node.right)]
    case 'Compare':
      return node.operands.flatMap(namesOf)
    case 'Call':
      return node.arguments.flatMap(namesOf)
  }
}

function single(key: string, term: Term): Linear {
  return { constant: 0, terms: new Map([[key, term]]) }
}

function scale(form: Linear, factor: number): Linear {
  if (factor === 0) return { constant: 0, terms: new Map() }
  const terms = [...form.terms].map(
    ([key, term]) => [key, { ...term, coefficient: term.coefficient * factor }] as const,
  )
  return { constant: form.constant * factor, terms: new Map(terms) }
}

function sum(a: Linear, b: Linear): Linear {
  const terms = new Map(a.terms)
  for (const [key, term] of b.terms) {
    const coefficient = (terms.get(key)?.coefficient ?? 0) + term.coefficient
    if (coefficient === 0) terms.delete(key)
    else terms.set(key, { ...term, coefficient })
  }
  return { constant: a.constant + b.constant, terms }
}
