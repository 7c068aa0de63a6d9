import { type Command, Option } from 'commander'
import { InputError } from '../../errors.ts'
import { addCommand } from '../command.ts'
import { type GlobalOptions, printResult, say } from '../context.ts'
import { parseExtents } from '../options.ts'
import { transferProgress } from '../progress.ts'
import { connectFor, urlOf } from '../run-options.ts'

export interface LayoutOptions extends GlobalOptions {
  readonly tile?: readonly number[]
  readonly dtype?: 'float64' | 'float32'
  readonly overwrite?: boolean
}

/** Options of the commands that make a matrix. */
export function addLayoutOptions(command: Command): void {
  command
    .option('--tile <size>', 'rows and columns of a tile: 1024, or 1024x256 (1024)', parseExtents)
    .addOption(new Option('--dtype <dtype>', 'type of the elements (float64)').choices(['float64', 'float32']))
    .option('--overwrite', 'replace a matrix that exists')
}

/** @throws InputError unless there are one or two extents */
export function tilePair(tile: readonly number[] | undefined): readonly [number, number] | undefined {
  if (tile === undefined) return undefined
  const [rows = 0, cols = rows] = tile
  if (tile.length > 2)
    throw new InputError(`--tile takes one or two extents, such as 1024 or 1024x256, found ${tile.join('x')}`)
  return [rows, cols]
}

/** `import FILE URL`: a file or a foreign Zarr array becomes a matrix. */
export function addImport(program: Command): void {
  addCommand<LayoutOptions>(program, {
    usage: 'import <file> <url>',
    summary: 'cut a .npy, .csv, .mtx file or a Zarr array (v2 or v3) into tiles',
    examples: [
      'numpywren import A.npy work/A',
      'numpywren import A.mtx file:///data/A --tile 2048 --dtype float32',
      'numpywren import s3://bucket/A.npy gs://bucket/work/A',
    ],
    options: addLayoutOptions,
    async run([file = '', url = ''], options) {
      await using npw = await connectFor({}, url)
      const { onProgress, stop } = transferProgress(`import ${file}`)
      const { dtype, overwrite } = options
      const matrix = await npw
        .import(file, urlOf(url), { tile: tilePair(options.tile), dtype, overwrite, onProgress })
        .finally(stop)
      const { shape, tile } = matrix.layout
      say(`imported ${file}`)
      printResult(
        options,
        { url: matrix.url, ...matrix.layout, grid: matrix.grid },
        `${matrix.url}: ${shape.join(' x ')} ${matrix.layout.dtype}, tiles of ${tile.join(' x ')}`,
      )
    },
  })
}
