/** Where program text comes from: a file of the user's, or the programs that are shipped, by name. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { InputError } from '../errors.ts'
import { type Ast, parse, type Source } from '../lambdapack/index.ts'

const folder = new URL('../lambdapack/programs/', import.meta.url)

/** Program text together with the program of it that is to run. */
export interface LinkedSource extends Source {
  /** Name of the program to run. */
  readonly entry: string | undefined
  /** True for a shipped program: this package's tests check it, so its loops need not be walked before it is used. */
  readonly trusted: boolean
}

/** Names of the shipped programs. */
export function shippedPrograms(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.lp'))
    .map((file) => basename(file, '.lp'))
    .sort()
}

/** Text of a shipped program. @throws InputError for an unknown name */
export function shippedText(name: string): string {
  if (!shippedPrograms().includes(name)) {
    throw new InputError(`there is no program ${name}; shipped are ${shippedPrograms().join(', ')}`)
  }
  return readFileSync(new URL(`${name}.lp`, folder), 'utf8')
}

/** The text of `cholesky` (a shipped program) or of `work/mine.lp` (a file), linked. @throws InputError when there is neither */
export function readSource(nameOrFile: string, entry?: string): LinkedSource {
  if (shippedPrograms().includes(nameOrFile)) {
    return { ...link({ name: `${nameOrFile}.lp`, text: shippedText(nameOrFile) }, entry ?? nameOrFile), trusted: true }
  }
  if (!existsSync(nameOrFile)) {
    throw new InputError(
      `there is no file ${nameOrFile} and no shipped program of that name; shipped are ${shippedPrograms().join(', ')}`,
    )
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(nameOrFile))
  } catch (cause) {
    throw new InputError(`cannot read ${nameOrFile} as UTF-8 text: ${(cause as Error).message}`, { cause })
  }
  return link({ name: nameOrFile, text }, entry)
}

/**
 * Appends the shipped programs that a text calls and does not define itself, and those that they call.
 * The text itself keeps its lines; the program to run is still its last one, unless another is named.
 */
export function link(source: Source, entry?: string): LinkedSource {
  const { module } = parse(source)
  const name = entry ?? module.programs.at(-1)?.name.id
  const defined = new Set(module.programs.map((program) => program.name.id))
  const appended: string[] = []
  const pending = module.programs.flatMap((program) => calleesOf(program.body))
  for (let callee = pending.pop(); callee !== undefined; callee = pending.pop()) {
    if (defined.has(callee) || !shippedPrograms().includes(callee)) continue
    defined.add(callee)
    const text = shippedText(callee)
    appended.push(text)
    pending.push(...parse({ name: callee, text }).module.programs.flatMap((program) => calleesOf(program.body)))
  }
  return { name: source.name, text: [source.text, ...appended].join('\n\n'), entry: name, trusted: false }
}

function calleesOf(body: readonly Ast.StatementNode[]): string[] {
  return body.flatMap((statement) => {
    switch (statement.kind) {
      case 'ProgramCall':
        return [statement.callee.id]
      case 'For':
        return calleesOf(statement.body)
      case 'If':
        return [...statement.branches.flatMap((branch) => calleesOf(branch.body)), ...calleesOf(statement.otherwise)]
      default:
        return []
    }
  })
}
