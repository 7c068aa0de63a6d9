import type { TileRef } from '../program.ts'
import { Solver } from './solver.ts'
import { inGrid, type Reference, type Statement } from './statement.ts'

/** A reference with the solver that inverts it. */
interface Access {
  readonly statement: Statement
  readonly reference: Reference
  readonly solver: Solver
  /** References before it in the same statement to the same matrix: a task that one of them finds is not found again. */
  readonly earlier: readonly Reference[]
  /** A read outside of it is absent. A write outside of it is the checker's to report. */
  readonly grid: readonly number[] | undefined
}

/** The references of a program that read, or that write, by matrix. */
export class Accesses {
  readonly #byMatrix = new Map<string, Access[]>()

  constructor(statements: readonly Statement[], kind: 'reads' | 'writes') {
    for (const statement of statements) {
      const seen: Reference[] = []
      for (const reference of statement[kind]) {
        const earlier = seen.filter((other) => other.matrix === reference.matrix)
        const grid = kind === 'reads' ? reference.grid : undefined
        const access = { statement, reference, solver: new Solver(statement, reference), earlier, grid }
        const accesses = this.#byMatrix.get(reference.matrix)
        if (accesses) accesses.push(access)
        else this.#byMatrix.set(reference.matrix, [access])
        seen.push(reference)
      }
    }
  }

  has(matrix: string): boolean {
    return this.#byMatrix.has(matrix)
  }

  /**
   * Visits each task with a reference to this tile once. `vars` is one array that changes: copy what is kept.
   * @returns whether the visitor ended the search by returning true
   */
  search(tile: TileRef, visit: (statement: Statement, vars: readonly number[]) => boolean): boolean {
    const { index } = tile
    for (const { statement, reference, solver, earlier, grid } of this.#byMatrix.get(tile.matrix) ?? []) {
      if (reference.indices.length !== index.length || !inGrid(grid, index)) continue
      const ended = solver.solve(
        index,
        (vars) => !earlier.some((other) => names(other, vars, index)) && visit(statement, vars),
      )
      if (ended) return true
    }
    return false
  }
}

/** Whether a reference names this index at these loop variables. */
function names(reference: Reference, vars: readonly number[], index: readonly number[]): boolean {
  return reference.evaluate.every((evaluate, position) => evaluate(vars) === index[position])
}
