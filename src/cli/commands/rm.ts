import type { Command } from 'commander'
import { Places } from '../../client/index.ts'
import { MatrixNotFoundError, removeArray } from '../../matrix/index.ts'
import { objectUrl } from '../../storage/index.ts'
import { addCommand } from '../command.ts'
import { type GlobalOptions, printResult } from '../context.ts'

/** `rm URL...`: removes matrices. */
export function addRm(program: Command): void {
  addCommand<GlobalOptions>(program, {
    usage: 'rm <url...>',
    summary: 'remove matrices with all their tiles',
    examples: ['numpywren rm work/A', 'numpywren rm work/A gs://bucket/work/L'],
    async run(urls, options) {
      const places = new Places('.')
      const targets = urls.map((url) => places.of(url))
      // All of them are looked at before any is touched, so that a misspelt name removes nothing.
      for (const { store, path } of targets) {
        const metadata = await store.stat(path === '' ? 'zarr.json' : `${path}/zarr.json`)
        if (metadata === undefined) throw new MatrixNotFoundError(objectUrl(store.url, path))
      }
      for (const { store, path } of targets) await removeArray(store, path)
      printResult(options, { removed: urls }, urls.map((url) => `removed ${url}`).join('\n'))
    },
  })
}
