import type { Command } from 'commander'
import { InputError } from '../../errors.ts'
import { exportCsv } from '../../matrix/index.ts'
import { addCommand } from '../command.ts'
import { type GlobalOptions, printResult } from '../context.ts'
import { transferProgress } from '../progress.ts'
import { connectFor, urlOf } from '../run-options.ts'

interface ExportOptions extends GlobalOptions {
  readonly overwrite?: boolean
}

/** `export URL FILE`: a matrix becomes a file. */
export function addExport(program: Command): void {
  addCommand<ExportOptions>(program, {
    usage: 'export <url> <file>',
    summary: 'write a matrix to a .npy or .csv file, or as CSV to standard output (-)',
    examples: [
      'numpywren export work/L L.npy',
      'numpywren export work/x - | head',
      'numpywren export s3://bucket/work/L L.npy',
    ],
    options: (command) => {
      command.option('--overwrite', 'replace a file that exists')
    },
    async run([url = '', file = ''], options) {
      if (file === '-' && options.json) {
        throw new InputError('export to - writes CSV to standard output, where --json wants its object; name a file')
      }
      await using npw = await connectFor({})
      const matrix = await npw.open(urlOf(url))
      if (file === '-') {
        for await (const piece of exportCsv(matrix)) await write(piece)
        return
      }
      const { onProgress, stop } = transferProgress(`export ${url}`)
      await npw.export(matrix, file, { overwrite: options.overwrite, onProgress }).finally(stop)
      printResult(options, { url: matrix.url, file, shape: matrix.layout.shape }, `wrote ${file}`)
    },
  })
}

/** Waits until the reader has taken the text, so that a large matrix is not held in memory. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())))
}
