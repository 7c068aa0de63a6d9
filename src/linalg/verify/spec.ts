import type { BigMatrix } from '../../matrix/index.ts'
import type { OptionSpec } from '../spec.ts'
import type { Verdict } from './ratio.ts'
import type { ResidualOptions } from './residual.ts'

/** How results of an algorithm are judged: `verify NAME OPERANDS...`. */
export interface VerifySpec<Options extends object = object> {
  /** Of the algorithm. */
  readonly name: string
  /** Operands and results, in the order of the command line; those that may be left out stand at the end, in `optional`. */
  readonly matrices: readonly string[]
  readonly optional?: readonly string[]
  /** Operands given by an option, such as gemm's `--c`: name of the matrix by option. */
  readonly named?: Readonly<Record<string, string>>
  readonly options: Readonly<Record<string, OptionSpec>>
  /** One sentence for the help: what is judged. */
  readonly summary: string
  /** @throws InputError when shapes do not fit */
  judge(matrices: Readonly<Record<string, BigMatrix>>, options: Options & ResidualOptions): Promise<Verdict>
}

// biome-ignore lint/suspicious/noExplicitAny: each algorithm has options of its own
export type AnyVerifySpec = VerifySpec<any>
