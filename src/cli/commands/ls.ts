import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { Places } from '../../client/index.ts'
import { InputError } from '../../errors.ts'
import { listArrays } from '../../matrix/index.ts'
import { addCommand } from '../command.ts'
import { type GlobalOptions, printResult } from '../context.ts'
import { formatBytes, table } from '../table.ts'

/** `ls URL`: the matrices of a store or folder. */
export function addLs(program: Command): void {
  addCommand<GlobalOptions>(program, {
    usage: 'ls [url]',
    summary: 'list the matrices in a store or folder',
    examples: ['numpywren ls work', 'numpywren ls s3://bucket/work', 'numpywren ls file:///data --json'],
    async run([url = '.'], options) {
      const { base } = new Places(url)
      const arrays = await listArrays(base, '')
      if (arrays.length === 0 && base.url.startsWith('file:') && !existsSync(new URL(base.url))) {
        throw new InputError(`there is no folder ${base.url}`)
      }
      const rows = arrays.map((array) =>
        'problem' in array
          ? [array.path || '.', '?', '?', '?', '?', array.problem]
          : [
              array.path || '.',
              array.shape.join('x'),
              array.tile.join('x'),
              array.dtype,
              `${array.tilesStored}/${array.tiles}`,
              formatBytes(array.bytesStored),
            ],
      )
      printResult(
        options,
        { url: base.url, matrices: arrays },
        rows.length === 0 ? `no matrices in ${url}` : table(['name', 'shape', 'tile', 'dtype', 'tiles', 'bytes'], rows),
      )
    },
  })
}
