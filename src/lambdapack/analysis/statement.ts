/** A kernel call with its expressions compiled: what the domain walk, the solvers and `detail` work on. */

import { EvaluationError } from '../exact/index.ts'
import type { TileRef } from '../program.ts'
import { numberOf, truthOf, wholeOf } from './evaluate.ts'
import type { Environment } from './fast.ts'
import type { Ir } from './ir.ts'
import type { LoweredCall, LoweredReference } from './lower.ts'

export interface Range {
  readonly slot: number
  readonly name: string
  /** Loop variables that start, stop and step depend on. */
  readonly free: number
  readonly start: (env: Environment) => number
  readonly stop: (env: Environment) => number
  /** @throws EvaluationError when the step is 0 */
  readonly step: (env: Environment) => number
}

export interface Guard {
  readonly ir: Ir
  readonly holds: (env: Environment) => boolean
}

export interface Reference {
  /** Canonical name. */
  readonly matrix: string
  readonly grid: readonly number[] | undefined
  readonly indices: readonly Ir[]
  readonly evaluate: readonly ((env: Environment) => number)[]
}

export interface Statement {
  readonly ordinal: number
  readonly kernel: string
  readonly ranges: readonly Range[]
  /** Loops and conditions in the order of nesting. */
  readonly enclosures: readonly (Range | Guard)[]
  readonly reads: readonly Reference[]
  readonly writes: readonly Reference[]
  readonly positional: readonly ((env: Environment) => number)[]
  readonly keywords: readonly (readonly [string, (env: Environment) => number])[]
}

/** What a parameter stands for. */
export interface Binding {
  readonly matrix: string
  readonly grid: readonly number[] | undefined
}

export function compileStatement(
  call: LoweredCall,
  ordinal: number,
  bindingOf: (parameter: string) => Binding,
): Statement {
  const enclosures = call.enclosures.map((enclosure): Range | Guard => {
    if ('guard' in enclosure) return { ir: enclosure.guard, holds: truthOf(enclosure.guard) }
    const { name, slot, start, stop, step } = enclosure.loop
    const stepOf = wholeOf(step)
    return {
      slot,
      name,
      free: start.free | stop.free | step.free,
      start: wholeOf(start),
      stop: wholeOf(stop),
      step: (env) => {
        const value = stepOf(env)
        if (value === 0) throw new EvaluationError('domain', `the step of the loop over '${name}' is 0`)
        return value
      },
    }
  })
  const reference = ({ parameter, indices }: LoweredReference): Reference => ({
    ...bindingOf(parameter),
    indices,
    evaluate: indices.map(wholeOf),
  })
  return {
    ordinal,
    kernel: call.node.kernel.id,
    ranges: enclosures.filter((enclosure): enclosure is Range => 'slot' in enclosure),
    enclosures,
    reads: call.reads.map(reference),
    writes: call.writes.map(reference),
    positional: call.positional.map(numberOf),
    keywords: call.keywords.map(([name, ir]) => [name, numberOf(ir)] as const),
  }
}

/** The tile that a reference names at these loop variables. @throws EvaluationError when an index is not whole */
export function tileAt(reference: Reference, env: Environment): TileRef {
  const index = new Array<number>(reference.evaluate.length)
  for (let k = 0; k < index.length; k++) index[k] = reference.evaluate[k]!(env)
  return { matrix: reference.matrix, index }
}

/** Whether an index lies in a declared grid; every index does where none is declared. */
export function inGrid(grid: readonly number[] | undefined, index: readonly number[]): boolean {
  if (grid === undefined) return true
  for (let k = 0; k < index.length; k++) {
    const at = index[k]!
    if (at < 0 || at >= grid[k]!) return false
  }
  return true
}
