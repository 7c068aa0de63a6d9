/** The commands that compute: cholesky, gemm, solve, run. */

import { type Command, Option } from 'commander'
import type { Operation } from '../../client/index.ts'
import { type Assumption, assumptions, readSource } from '../../linalg/index.ts'
import type { BigMatrix } from '../../matrix/index.ts'
import { addCommand } from '../command.ts'
import { printResult } from '../context.ts'
import { assignments, finiteNumber } from '../options.ts'
import { followOperation } from '../progress.ts'
import { addRunOptions, callOptions, connectFor, type RunOptions, urlOf } from '../run-options.ts'
import { summaryText } from '../summary.ts'

interface OutputOptions extends RunOptions {
  readonly output: string
}

export interface GemmFlags {
  readonly transposeA?: boolean
  readonly transposeB?: boolean
  readonly alpha: number
  readonly beta: number
  readonly c?: string
}

export interface SolveFlags {
  readonly assume?: Assumption
  readonly transposeA?: boolean
}

export function addGemmFlags(command: Command): void {
  command
    .option('--transpose-a', 'use the transpose of A')
    .option('--transpose-b', 'use the transpose of B')
    .option('--alpha <number>', 'factor of the product', finiteNumber, 1)
    .option('--beta <number>', 'factor of the matrix that is added with --c', finiteNumber, 1)
    .option('--c <url>', 'a matrix to be added, times beta')
}

export function addSolveFlags(command: Command): void {
  command
    .addOption(new Option('--assume <structure>', 'what is known of A (found by inspection)').choices([...assumptions]))
    .option('--transpose-a', 'solve with the transpose of a triangular A')
}

export function addCholesky(program: Command): void {
  addCommand<OutputOptions>(program, {
    usage: 'cholesky <a>',
    summary: 'A = L L^T of a symmetric positive definite matrix; the lower half of A is read',
    examples: [
      'numpywren cholesky work/A -o work/L',
      'numpywren cholesky work/A -o work/L --slots 4 --durability full --json',
    ],
    options: withOutput('L'),
    async run([a = ''], options) {
      await using npw = await connectFor(options, options.output)
      await finish(options, npw.cholesky(urlOf(a), { ...callOptions(options), out: urlOf(options.output) }))
    },
  })
}

export function addGemm(program: Command): void {
  addCommand<OutputOptions & GemmFlags>(program, {
    usage: 'gemm <a> <b>',
    summary: 'C = alpha op(A) op(B) + beta C0',
    examples: [
      'numpywren gemm work/A work/B -o work/C',
      'numpywren gemm work/A work/A -o work/G --transpose-a --alpha 2',
    ],
    options: (command) => {
      withOutput('C')(command)
      addGemmFlags(command)
    },
    async run([a = '', b = ''], options) {
      await using npw = await connectFor(options, options.output)
      const { transposeA = false, transposeB = false, alpha, beta, c } = options
      const added = c === undefined ? {} : { C: urlOf(c) }
      const call = {
        ...callOptions(options),
        transposeA,
        transposeB,
        alpha,
        beta,
        ...added,
        out: urlOf(options.output),
      }
      await finish(options, npw.gemm(urlOf(a), urlOf(b), call))
    },
  })
}

export function addSolve(program: Command): void {
  addCommand<OutputOptions & SolveFlags>(program, {
    usage: 'solve <a> <b>',
    summary: 'A X = B with A symmetric positive definite or triangular',
    examples: [
      'numpywren solve work/A work/B -o work/X',
      'numpywren solve work/L work/B -o work/Y --assume lower --transpose-a',
    ],
    options: (command) => {
      withOutput('X')(command)
      addSolveFlags(command)
    },
    async run([a = '', b = ''], options) {
      await using npw = await connectFor(options, options.output)
      const { assume, transposeA = false } = options
      const assumed = assume === undefined ? {} : { assume }
      const call = { ...callOptions(options), ...assumed, transposeA, out: urlOf(options.output) }
      await finish(options, npw.solve(urlOf(a), urlOf(b), call))
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

function withOutput(name: string): (command: Command) => void {
  return (command) => {
    command.requiredOption('-o, --output <url>', `where ${name} goes`)
    addRunOptions(command)
  }
}

async function finish<T extends object>(options: RunOptions, operation: Operation<T>): Promise<void> {
  const { summary, ...matrices } = await followOperation(operation)
  const outputs = Object.fromEntries(
    Object.entries(matrices as Record<string, BigMatrix>).map(([name, matrix]) => [
      name,
      { url: matrix.url, ...matrix.layout },
    ]),
  )
  const lines = Object.entries(outputs).map(([name, { url, shape }]) => `${name}: ${url} (${shape.join(' x ')})`)
  printResult(options, { outputs, summary }, [...lines, summaryText(summary)].join('\n'))
}
