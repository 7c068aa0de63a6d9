/** What `check`, `dag` and `profile` have in common: a program, its arguments, kernels that are declared on the spot. */

import { type Command, InvalidArgumentError } from 'commander'
import { InputError } from '../errors.ts'
import { kernelRegistry } from '../kernels/index.ts'
import {
  type CompiledProgram,
  check,
  compile,
  type Diagnostic,
  inline,
  type KernelShape,
  parse,
  renderDiagnostic,
} from '../lambdapack/index.ts'
import { type LinkedSource, programOf, readSource } from '../linalg/index.ts'
import type { GlobalOptions } from './context.ts'
import { assignments, finiteNumber, wholeNumber } from './options.ts'

export interface ProgramOptions extends GlobalOptions {
  readonly arg: Record<string, number>
  readonly declare: readonly KernelShape[]
  readonly program?: string
  readonly limit?: number
}

export function addProgramOptions(command: Command): void {
  command
    .option('--arg <name=value>', 'value of a scalar parameter; may be repeated', assignments(finiteNumber), {})
    .option(
      '--declare <name:inputs:outputs>',
      'a kernel that is not registered here, such as qr:2:1, qr:1-3:2 or tree:1-:1; may be repeated',
      parseDeclaration,
      [],
    )
    .option('--program <name>', 'the program of the file to take (the last one, unless said otherwise)')
    .option('--limit <steps>', 'iterations and kernel calls that the check follows at the given sizes', wholeNumber(1))
}

/** Registered and declared kernels. */
export function kernelShapes(options: ProgramOptions): readonly KernelShape[] {
  const declared = new Set(options.declare.map(({ name }) => name))
  return [...kernelRegistry.list().filter(({ name }) => !declared.has(name)), ...options.declare]
}

/** Reads, links and checks a program. @param how.trust do not walk the loops of shipped programs, whose tests do */
export function checkProgram(
  nameOrFile: string,
  options: ProgramOptions,
  how: { readonly trust: boolean } = { trust: false },
): { readonly source: LinkedSource; readonly diagnostics: readonly Diagnostic[] } {
  const source = readSource(programOf(nameOrFile), options.program)
  if (how.trust && source.trusted) return { source, diagnostics: [] }
  const diagnostics = check(source, {
    kernels: kernelShapes(options),
    ...(Object.keys(options.arg).length > 0 ? { args: options.arg } : {}),
    ...(source.entry === undefined ? {} : { program: source.entry }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  })
  return { source, diagnostics }
}

/** A program that passes its check, compiled for its arguments. @throws InputError with every diagnostic */
export function compileProgram(nameOrFile: string, options: ProgramOptions): CompiledProgram {
  const { source, diagnostics } = checkProgram(nameOrFile, options, { trust: true })
  if (diagnostics.length > 0) {
    const faults = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source)).join('\n')
    throw new InputError(
      `${source.name} has ${diagnostics.length === 1 ? 'a fault' : `${diagnostics.length} faults`}:\n${faults}`,
    )
  }
  const program = inline(parse(source).module, source.entry)
  return compile(program, options.arg, { source: source.text })
}

/** `name:2:1`, `name:1-3:2`, `name:1-:1`: operands and results of a kernel; absent operands are accepted. */
function parseDeclaration(text: string, previous: readonly KernelShape[]): readonly KernelShape[] {
  const match = /^([A-Za-z_]\w*):(\d+)(-(\d*))?:(\d+)$/.exec(text)
  if (!match) throw new InvalidArgumentError(`wanted NAME:INPUTS:OUTPUTS such as qr:1-3:2, found '${text}'.`)
  const [, name = '', least = '', range, most = '', outputs = ''] = match
  const minInputs = Number(least)
  const maxInputs = range === undefined ? minInputs : most === '' ? Number.POSITIVE_INFINITY : Number(most)
  if (maxInputs < minInputs || Number(outputs) < 1) {
    throw new InvalidArgumentError(
      `a kernel takes at least as many operands as it needs and gives at least one tile, found '${text}'.`,
    )
  }
  if (previous.some((kernel) => kernel.name === name)) throw new InvalidArgumentError(`${name} is declared twice.`)
  return [...previous, { name, aliases: [], minInputs, maxInputs, outputs: Number(outputs), absent: [true] }]
}
