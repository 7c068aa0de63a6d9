import type { ProgramNode } from '../../../src/lambdapack/ast.ts'
import { type CompiledProgram, type CompileOptions, compile } from '../../../src/lambdapack/index.ts'
import { parse } from '../../../src/lambdapack/parse.ts'

/** The last program of a text, which must parse without a fault. */
export function programOf(text: string): ProgramNode {
  const { module, diagnostics } = parse({ name: 'test.lp', text })
  const program = module.programs.at(-1)
  if (diagnostics.length > 0 || !program) throw new Error(`${JSON.stringify(diagnostics)}\n${text}`)
  return program
}

export function compileText(
  text: string,
  args: Readonly<Record<string, number>> = {},
  options: CompileOptions = {},
): CompiledProgram {
  return compile(programOf(text), args, { source: text, ...options })
}
