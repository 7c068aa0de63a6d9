import type { Command } from 'commander'
import { InputError } from '../../errors.ts'
import { type KindName, matrixKinds } from '../../matrix/index.ts'
import { addCommand } from '../command.ts'
import { printResult } from '../context.ts'
import { finiteNumber, parseExtents, wholeNumber } from '../options.ts'
import { transferProgress } from '../progress.ts'
import { connectFor, urlOf } from '../run-options.ts'
import { addLayoutOptions, type LayoutOptions, tilePair } from './import.ts'

interface GenerateCommandOptions extends LayoutOptions {
  readonly shape: readonly number[]
  readonly seed: number
  readonly cond?: number
  readonly mode?: number
  readonly rank?: number
}

/** `generate KIND URL`: a test matrix. */
export function addGenerate(program: Command): void {
  addCommand<GenerateCommandOptions>(program, {
    usage: 'generate <kind> <url>',
    summary: `make a test matrix; kinds:\n${Object.entries(matrixKinds)
      .map(([name, summary]) => `  ${name.padEnd(12)} ${summary}`)
      .join('\n')}`,
    examples: [
      'numpywren generate spd work/A --shape 8192x8192 --tile 1024 --seed 7',
      'numpywren generate svd work/B --shape 4096x256 --cond 1e10',
      'numpywren generate svd work/C --shape 512 --rank 100 --mode 4',
    ],
    options: (command) => {
      command.requiredOption(
        '--shape <shape>',
        'rows x columns, such as 8192x8192; one number for a square matrix',
        parseExtents,
      )
      addLayoutOptions(command)
      command
        .option('--seed <n>', 'the same seed gives the same matrix, whatever the tiles', wholeNumber(0), 0)
        .option(
          '--cond <c>',
          'for svd, poev, heev: the ratio of the largest to the smallest value that is not zero (100)',
          finiteNumber,
        )
        .option(
          '--mode <n>',
          'for the same: how the values lie, as in LAPACK: 1 one large, 2 one small, 3 geometric (the default), 4 arithmetic, 5 random logarithms, 6 random',
          wholeNumber(1),
        )
        .option('--rank <r>', 'for the same: how many values are not zero (all)', wholeNumber(0))
    },
    async run([kind = '', url = ''], options) {
      const [m = 0, n = m] = options.shape
      if (options.shape.length > 2)
        throw new InputError(`--shape takes one or two extents, found ${options.shape.join('x')}`)
      await using npw = await connectFor({}, url)
      const { onProgress, stop } = transferProgress(`generate ${kind}`)
      const { seed, cond, mode, rank, dtype, overwrite } = options
      const matrix = await npw
        .generate(kind as KindName, urlOf(url), {
          shape: [m, n],
          seed,
          cond,
          mode,
          rank,
          dtype,
          overwrite,
          tile: tilePair(options.tile),
          onProgress,
        })
        .finally(stop)
      printResult(
        options,
        { url: matrix.url, kind, seed, ...matrix.layout, grid: matrix.grid },
        `${matrix.url}: ${kind}, ${m} x ${n} ${matrix.layout.dtype}, tiles of ${matrix.layout.tile.join(' x ')}`,
      )
    },
  })
}
