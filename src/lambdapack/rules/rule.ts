import type { ModuleNode, ProgramNode } from '../ast.ts'
import type { Finding } from '../diagnostic.ts'
import type { Source } from '../source.ts'
import type { Resolution } from './scopes.ts'
import type { Walk } from './walk.ts'

/** What the checker must know of a kernel; the kernels' own table fits. */
export interface KernelShape {
  readonly name: string
  readonly aliases: readonly string[]
  readonly minInputs: number
  /** `Infinity` for a variadic kernel. */
  readonly maxInputs: number
  readonly outputs: number
  /** Whether an absent operand is accepted, by position; the last entry repeats, none means never. */
  readonly absent: readonly boolean[]
  /** Names of its scalars, in positional order; without it nothing is said about them. */
  readonly scalars?: readonly string[]
}

/** One program and all that a rule may ask about it. */
export interface RuleContext {
  readonly source: Source
  readonly module: ModuleNode
  readonly program: ProgramNode
  /** Kernels by name and alias. */
  readonly kernels: ReadonlyMap<string, KernelShape>
  /** Names that statements with syntax faults may define: nothing is said about them. */
  readonly doubts: ReadonlySet<string>
  /** Matrices that the caller says are inputs. */
  readonly inputs: ReadonlySet<string>
  /** What every name means. */
  readonly resolution: Resolution
  /** The program's iterations, when its sizes are known. */
  readonly walk: Walk | undefined
}

/** A rule finds all faults of one kind in a program. */
export type Rule = (context: RuleContext) => Iterable<Finding>
