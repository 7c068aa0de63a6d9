import type { Command } from 'commander'
import { Places } from '../../client/index.ts'
import { BigMatrix } from '../../matrix/index.ts'
import { addCommand } from '../command.ts'
import { type GlobalOptions, printResult } from '../context.ts'
import { formatBytes } from '../table.ts'

/** `info URL`: shape, tiles, dtype, how many tiles exist, bytes. */
export function addInfo(program: Command): void {
  addCommand<GlobalOptions>(program, {
    usage: 'info <url>',
    summary: 'show shape, tiles, dtype, how many tiles exist, and bytes of a matrix',
    examples: ['numpywren info work/A', 'numpywren info s3://bucket/work/A --json'],
    async run([url = ''], options) {
      const { store, path } = new Places('.').of(url)
      const description = await (await BigMatrix.open(store, path)).describe()
      const { shape, tile, dtype, grid, structure, tiles, tilesStored, bytesStored } = description
      printResult(
        options,
        description,
        [
          `url        ${description.url}`,
          `shape      ${shape.join(' x ')}`,
          `dtype      ${dtype}`,
          `tile       ${tile.join(' x ')} (grid ${grid.join(' x ')})`,
          `structure  ${structure}`,
          `tiles      ${tilesStored} of ${tiles} stored`,
          `bytes      ${formatBytes(bytesStored)}`,
        ].join('\n'),
      )
    },
  })
}
