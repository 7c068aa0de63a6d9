import type { Command } from 'commander'
import type { Numpywren } from '../../client/index.ts'
import { InputError } from '../../errors.ts'
import type { Verdict } from '../../linalg/index.ts'
import { addCommand } from '../command.ts'
import { exitCodes, type GlobalOptions, printResult } from '../context.ts'
import { parseMemory, wholeNumber } from '../options.ts'
import { connectFor, urlOf } from '../run-options.ts'
import { addGemmFlags, addSolveFlags, type GemmFlags, type SolveFlags } from './algorithms.ts'

interface VerifyOptions extends GlobalOptions, GemmFlags, SolveFlags {
  readonly slots?: number
  readonly memory?: number
}

const operands: Readonly<Record<string, readonly string[]>> = {
  cholesky: ['A', 'L'],
  gemm: ['A', 'B', 'C'],
  solve: ['A', 'X', 'B'],
}

/** `verify ALGORITHM ...`: the scaled residual of a result. */
export function addVerify(program: Command): void {
  addCommand<VerifyOptions>(program, {
    usage: 'verify <algorithm> <matrix...>',
    summary:
      'print the scaled residual of a result, its threshold and the verdict: cholesky A L, gemm A B C, solve A X B',
    examples: ['numpywren verify cholesky work/A work/L', 'numpywren verify solve work/A work/X work/B --json'],
    options: (command) => {
      addSolveFlags(command)
      command
        .option('--transpose-b', 'gemm: the transpose of B was used')
        .option('--slots <n>', 'tiles worked on at the same time (the cores of this machine)', wholeNumber(1))
        .option('--memory <size>', 'memory for tiles, such as 4GiB', parseMemory)
      addGemmScalars(command)
    },
    async run([algorithm = '', ...names], options) {
      const wanted = operands[algorithm]
      if (!wanted) throw new InputError(`cannot verify '${algorithm}'; known are ${Object.keys(operands).join(', ')}`)
      if (names.length !== wanted.length) {
        throw new InputError(`verify ${algorithm} takes ${wanted.join(' ')}, got ${names.length} matrices`)
      }
      await using npw = await connectFor({})
      const verdict = await judge(npw, algorithm, names.map(urlOf), options)
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

function addGemmScalars(command: Command): void {
  const own = new Set(command.options.map(({ long }) => long))
  const donor = command.createCommand('gemm')
  addGemmFlags(donor)
  for (const option of donor.options) if (!own.has(option.long)) command.addOption(option)
}

function judge(npw: Numpywren, algorithm: string, urls: readonly string[], options: VerifyOptions): Promise<Verdict> {
  const [first = '', second = '', third = ''] = urls
  const given = { slots: options.slots, memoryBytes: options.memory }
  const { transposeA, transposeB, alpha, beta, assume } = options
  switch (algorithm) {
    case 'cholesky':
      return npw.verifyCholesky(first, second, given)
    case 'gemm': {
      const C0 = options.c === undefined ? undefined : urlOf(options.c)
      return npw.verifyGemm(first, second, third, { ...given, transposeA, transposeB, alpha, beta, C0 })
    }
    default:
      return npw.verifySolve(first, second, third, { ...given, assume, transposeA })
  }
}
