/** The commands that compute: one for each algorithm of the catalogue, and `run` for programs. */

import type { Command } from 'commander'
import type { Operation } from '../../client/index.ts'
import { type AlgorithmSpec, algorithms, readSource } from '../../linalg/index.ts'
import type { BigMatrix } from '../../matrix/index.ts'
import { addOperandOptions, addOptionSpecs, addResultOptions, type OptionValues } from '../algorithm-options.ts'
import { addCommand } from '../command.ts'
import { printResult, say } from '../context.ts'
import { assignments, finiteNumber } from '../options.ts'
import { followOperation } from '../progress.ts'
import { addRunOptions, callOptions, connectFor, type RunOptions, urlOf } from '../run-options.ts'
import { factLines, summaryText } from '../summary.ts'

export function addAlgorithms(program: Command): void {
  for (const spec of algorithms) addAlgorithm(program, spec)
}

function addAlgorithm(program: Command, spec: AlgorithmSpec): void {
  const { name, summary, examples, operands, results } = spec
  const positional = operands.filter(({ option }) => option === undefined)
  addCommand<RunOptions & OptionValues>(program, {
    usage: [name, ...positional.map((operand) => `<${operand.name.toLowerCase()}>`)].join(' '),
    summary,
    examples,
    options: (command) => {
      addResultOptions(command, results)
      addOperandOptions(command, operands)
      addOptionSpecs(command, spec.options)
      addRunOptions(command)
    },
    async run(urls, options) {
      const given = Object.fromEntries(
        operands.flatMap(({ name, option }) => {
          const url = option === undefined ? urls[positional.findIndex((each) => each.name === name)] : options[option]
          return typeof url === 'string' ? [[name, urlOf(url)]] : []
        }),
      )
      const places = Object.fromEntries(
        results.flatMap(({ option }) => {
          const url = options[option]
          return typeof url === 'string' ? [[option === 'output' ? 'out' : option, urlOf(url)]] : []
        }),
      )
      const [firstPlace] = Object.values(places)
      await using npw = await connectFor(options, firstPlace)
      await finish(options, npw.call(name, given, { ...options, ...callOptions(options), ...places }))
    },
  })
}

interface RunProgramOptions extends RunOptions {
  readonly bind: Record<string, string>
  readonly arg: Record<string, number>
  readonly program?: string
}

export function addRun(program: Command): void {
  addCommand<RunProgramOptions>(program, {
    usage: 'run <program>',
    summary: 'run a LAmbdaPACK program: a .lp file, or a shipped one by name',
    examples: ['numpywren run mine.lp --bind A=work/A --bind L=work/L --arg N=8'],
    options: (command) => {
      command
        .option('--bind <name=url>', 'the matrix that a parameter stands for; may be repeated', assignments(urlOf), {})
        .option('--arg <name=value>', 'value of a scalar parameter; may be repeated', assignments(finiteNumber), {})
        .option('--program <name>', 'the program of the file to run (the last one)')
      addRunOptions(command)
    },
    async run([file = ''], options) {
      const source = readSource(file, options.program)
      await using npw = await connectFor(options, Object.values(options.bind).at(-1))
      await finish(options, npw.run(source, { ...callOptions(options), bind: options.bind, args: options.arg }))
    },
  })
}

/** Waits for an operation and prints what it gave: matrices, numbers, and on standard error what to beware of. */
export async function finish(
  options: RunOptions | OptionValues,
  operation: Operation<Readonly<Record<string, BigMatrix>>>,
): Promise<void> {
  const { summary, report, files, ...matrices } = await followOperation(operation)
  const outputs = Object.fromEntries(
    Object.entries(matrices as Readonly<Record<string, BigMatrix>>).map(([name, matrix]) => [
      name,
      { url: files[name] ?? matrix.url, ...matrix.layout },
    ]),
  )
  const { facts, warnings } = report
  for (const warning of warnings) say(`warning: ${warning}`)
  const lines = [
    ...Object.entries(outputs).map(([name, { url, shape }]) => `${name}: ${url} (${shape.join(' x ')})`),
    ...factLines(facts),
  ]
  printResult(options, { outputs, facts, warnings, summary }, [...lines, summaryText(summary)].join('\n'))
}
