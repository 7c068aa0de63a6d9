import {
  type Ast,
  type CompiledProgram,
  type CompileOptions,
  compile,
  inline,
  parse,
} from '../../../src/lambdapack/index.ts'

/** The named program of a text, else the last one, with its calls inlined. The text must parse without a fault. */
export function programOf(text: string, name?: string): Ast.ProgramNode {
  const { module, diagnostics } = parse({ name: 'test.lp', text })
  if (diagnostics.length > 0) throw new Error(`${JSON.stringify(diagnostics)}\n${text}`)
  return inline(module, name)
}

export function compileText(
  text: string,
  args: Readonly<Record<string, number>> = {},
  options: CompileOptions = {},
): CompiledProgram {
  return compile(programOf(text), args, { source: text, ...options })
}
