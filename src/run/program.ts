import type { KernelRegistry } from '../kernels/index.ts'
import { type Ast, type CompiledProgram, check, compile, inline, parse, renderDiagnostic } from '../lambdapack/index.ts'
import { ProgramError } from './errors.ts'
import { boundNames, type Manifest } from './manifest.ts'

export interface ProgramSource {
  readonly text: string
  /** Program in the text to run. @default the last one */
  readonly name?: string | undefined
  /** File or other origin of the text, for messages. @default '<program>' */
  readonly origin?: string | undefined
  /** True for programs of this package: their tests check them, so a start need not walk all their tasks. @default false */
  readonly trusted?: boolean | undefined
}

export interface CompileSourceOptions {
  readonly args: Readonly<Record<string, number>>
  /** Matrix parameters that the caller bound. */
  readonly bound: readonly string[]
  /** Parameters that are bound to the array of another one. */
  readonly aliases: Readonly<Record<string, string>>
}

/** Compiles the program of a text that is to be run, others inlined. @throws CompileError for wrong arguments */
export function compileSource(
  { text, name, origin = '<program>' }: ProgramSource,
  { args, bound, aliases }: CompileSourceOptions,
): CompiledProgram {
  return compile(inline(parsed(origin, text), name), args, { source: text, aliases, bound })
}

/** Texts that are compiled again: with other arguments, for another run, for the same one in another role. */
const modules = new Map<string, Ast.ModuleNode>()
const MOST_MODULES = 16

/** As `parse`; the latest texts are remembered, the oldest forgotten. */
function parsed(origin: string, text: string): Ast.ModuleNode {
  const module = modules.get(text) ?? parse({ name: origin, text }).module
  modules.delete(text)
  modules.set(text, module)
  const [oldest] = modules.keys()
  if (modules.size > MOST_MODULES && oldest !== undefined) modules.delete(oldest)
  return module
}

/** Whether a text is a program of this package, whose tests have checked it. */
export type IsShipped = (program: { readonly text: string; readonly name: string }) => boolean

export interface RecordedOptions {
  readonly kernels: KernelRegistry
  readonly isShipped?: IsShipped | undefined
}

/** Tasks of the largest program that is taken from a record. */
const MOST_TASKS = 2 ** 26

/**
 * Compiles the program of a record that was read back from a store, where anybody may have changed it: one that is not ours is checked
 * as before its start, so that its loops are bounded, and none has tasks without number.
 * @throws ProgramError, CompileError
 */
export function compileRecorded(
  manifest: Manifest,
  { kernels, isShipped = () => false }: RecordedOptions,
): CompiledProgram {
  const { program, args, aliases } = manifest
  checkSource({ ...program, trusted: isShipped(program) }, kernels, { args, aliases })
  const compiled = compileSource(program, { args, aliases, bound: boundNames(manifest) })
  let tasks = 0
  for (const _ of compiled.tasks()) {
    if (++tasks > MOST_TASKS)
      throw new ProgramError(`the program of run ${manifest.id} has more than ${MOST_TASKS} tasks`)
  }
  return compiled
}

/** Checks a program with its arguments, sizes included. @throws ProgramError with every fault, each with its place and a caret */
export function checkSource(
  { text, name, origin = '<program>', trusted = false }: ProgramSource,
  kernels: KernelRegistry,
  { args, aliases }: Omit<CompileSourceOptions, 'bound'>,
): void {
  if (trusted) return
  const source = { name: origin, text }
  const program = name === undefined ? {} : { program: name }
  const diagnostics = check(source, { kernels: kernels.list(), args, aliases, ...program })
  if (diagnostics.length === 0) return
  throw new ProgramError(diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source)).join('\n'))
}
