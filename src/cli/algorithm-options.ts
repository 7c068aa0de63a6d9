/** Options of the command line from what an algorithm or a judgement states. */

import { type Command, Option } from 'commander'
import type { OperandSpec, OptionSpec, ResultSpec } from '../linalg/index.ts'
import { finiteNumber, parseExtents, wholeNumber } from './options.ts'

export type OptionValues = Readonly<Record<string, unknown>>

/** The options of an algorithm: `transposeA` is `--transpose-a`. */
export function addOptionSpecs(command: Command, specs: Readonly<Record<string, OptionSpec>>): void {
  for (const [name, spec] of Object.entries(specs)) {
    const flag = flagOf(name)
    const { kind, choices = [], least = 0, otherwise } = spec
    const description = otherwise === undefined ? spec.description : `${spec.description} (${otherwise})`
    if (kind === 'flag') command.option(flag, description)
    else if (kind === 'choice') command.addOption(new Option(`${flag} <name>`, description).choices([...choices]))
    else if (kind === 'whole') command.option(`${flag} <n>`, description, wholeNumber(least))
    else if (kind === 'number') command.option(`${flag} <number>`, description, finiteNumber)
    else command.option(`${flag} <extents>`, description, parseExtents)
  }
}

/** `--c <url>` for operands that may be left out. */
export function addOperandOptions(command: Command, operands: readonly OperandSpec[]): void {
  for (const { option, description } of operands) {
    if (option !== undefined) command.option(`--${option} <url>`, description)
  }
}

/** `-o, --output <url>` and the like; results that share an option are named together. */
export function addResultOptions(command: Command, results: readonly ResultSpec[]): void {
  for (const option of new Set(results.map((result) => result.option))) {
    const sharing = results.filter((result) => result.option === option)
    const [{ short, when } = { short: undefined, when: 'asked' }] = sharing
    const flags = `${short === undefined ? '' : `-${short}, `}--${option} <url>`
    const what = sharing.map(({ within, description }) =>
      within === undefined ? description : `${description} (in ${within})`,
    )
    const description = `where to write ${what.join(', ')}`
    if (when === 'always') command.requiredOption(flags, description)
    else command.option(flags, description)
  }
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
