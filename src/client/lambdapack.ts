import { InputError } from '../errors.ts'
import { kernelRegistry } from '../kernels/index.ts'
import { type CompiledProgram, check, compile, inline, parse, renderDiagnostic } from '../lambdapack/index.ts'
import { type LinkedSource, link } from '../linalg/index.ts'

/** Program text, ready to be compiled or run. */
export interface LambdapackProgram extends LinkedSource {
  /** The program for these arguments, checked. @throws {InputError} with every fault, each with its place */
  compile(args?: Readonly<Record<string, number>>): CompiledProgram
}

/**
 * LAmbdaPACK text as a program; shipped programs that it calls are linked to it.
 * @example
 * ```ts
 * const twice = lambdapack`
 * def twice(A: BigMatrix, B: BigMatrix, N: int):
 *     for i in range(0, N):
 *         B[i, i] = scale(A[i, i], alpha=2)
 * `
 * const { B } = await npw.run(twice, { bind: { A: 'A', B: 'B' }, args: { N: 4 } })
 * ```
 */
export function lambdapack(text: TemplateStringsArray, ...values: readonly (string | number)[]): LambdapackProgram {
  const source = link({ name: '<lambdapack>', text: String.raw({ raw: text.raw }, ...values) })
  return {
    ...source,
    compile(args = {}) {
      const program = source.entry === undefined ? {} : { program: source.entry }
      const faults = check(source, { kernels: kernelRegistry.list(), args, ...program })
      if (faults.length > 0) throw new InputError(faults.map((fault) => renderDiagnostic(fault, source)).join('\n'))
      return compile(inline(parse(source).module, source.entry), args, { source: source.text })
    },
  }
}
