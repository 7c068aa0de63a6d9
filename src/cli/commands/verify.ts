import type { Command } from 'commander'
import { InputError } from '../../errors.ts'
import { type AnyVerifySpec, type OptionSpec, verifications } from '../../linalg/index.ts'
import { addOptionSpecs, type OptionValues } from '../algorithm-options.ts'
import { addCommand } from '../command.ts'
import { exitCodes, type GlobalOptions, printResult } from '../context.ts'
import { parseMemory, wholeNumber } from '../options.ts'
import { connectFor, urlOf } from '../run-options.ts'

interface VerifyOptions extends GlobalOptions {
  readonly slots?: number
  readonly memory?: number
}

/** `verify ALGORITHM ...`: the scaled residual of a result. */
export function addVerify(program: Command): void {
  addCommand<VerifyOptions & OptionValues>(program, {
    usage: 'verify <algorithm> <matrix...>',
    summary: `print the scaled residual of a result, its threshold and the verdict: ${verifications.map(usageOf).join(', ')}`,
    examples: ['numpywren verify cholesky work/A work/L', 'numpywren verify solve work/A work/X work/B --json'],
    options: (command) => {
      addOptionSpecs(command, optionsOfAll(verifications))
      for (const named of new Set(verifications.flatMap(({ named = {} }) => Object.keys(named)))) {
        command.option(`--${named} <url>`, 'a matrix that was given to the algorithm by this option')
      }
      command
        .option('--slots <n>', 'tiles worked on at the same time (the cores of this machine)', wholeNumber(1))
        .option('--memory <size>', 'memory for tiles, such as 4GiB', parseMemory)
    },
    async run([algorithm = '', ...urls], options) {
      const spec = verifications.find(({ name }) => name === algorithm)
      if (!spec) {
        const known = verifications.map(({ name }) => name).join(', ')
        throw new InputError(`cannot verify '${algorithm}'; known are ${known}`)
      }
      const names = [...spec.matrices, ...(spec.optional ?? [])]
      if (urls.length < spec.matrices.length || urls.length > names.length) {
        throw new InputError(`verify takes ${usageOf(spec)}, got ${urls.length} matrices`)
      }
      const matrices: Record<string, string> = {}
      for (const [at, url] of urls.entries()) matrices[names[at]!] = urlOf(url)
      for (const [option, name] of Object.entries(spec.named ?? {})) {
        const url = options[option]
        if (typeof url === 'string') matrices[name] = urlOf(url)
      }
      await using npw = await connectFor({})
      const { memory: memoryBytes, ...given } = options
      const verdict = await npw.verify(algorithm, matrices, { ...given, memoryBytes })
      const { formula, ratio, threshold, passed } = verdict
      if (!passed) process.exitCode = exitCodes.failed
      printResult(
        options,
        verdict,
        [
          `${formula}`,
          `ratio      ${ratio.toPrecision(4)}`,
          `threshold  ${threshold}`,
          `verdict    ${passed ? 'passed' : 'FAILED'}`,
        ].join('\n'),
      )
    },
  })
}

/** The options of every judgement; one that several know takes what any of them takes, and each checks it again. */
function optionsOfAll(specs: readonly AnyVerifySpec[]): Record<string, OptionSpec> {
  const all: Record<string, OptionSpec> = {}
  for (const { options } of specs) {
    for (const [name, option] of Object.entries(options)) {
      const choices = new Set([...(all[name]?.choices ?? []), ...(option.choices ?? [])])
      all[name] = choices.size === 0 ? option : { ...option, choices: [...choices] }
    }
  }
  return all
}

function usageOf({ name, matrices, optional = [] }: AnyVerifySpec): string {
  return [name, ...matrices, ...optional.map((each) => `[${each}]`)].join(' ')
}
