import type { Command } from 'commander'
import type { Collected } from '../../run/index.ts'
import { addCommand } from '../command.ts'
import { type GlobalOptions, printResult, say } from '../context.ts'
import { parseDuration } from '../options.ts'
import { connectFor } from '../run-options.ts'
import { formatBytes, table } from '../table.ts'

interface GcCommandOptions extends GlobalOptions {
  readonly store?: string
  readonly olderThan?: number
  readonly records?: boolean
  readonly dryRun?: boolean
}

/** `gc`: removes what dead runs left in a store. */
export function addGc(program: Command): void {
  addCommand<GcCommandOptions>(program, {
    usage: 'gc',
    summary:
      'remove what dead runs left in a store: intermediates, unfinished outputs, temporary files; never a matrix that is complete, never of a run at work',
    examples: ['numpywren gc --store work --dry-run', 'numpywren gc --store work --older-than 1h'],
    options(command) {
      command
        .option('--store <url>', 'the store to clean (NUMPYWREN_STORE, or the current folder)')
        .option(
          '--older-than <age>',
          'keep the data of runs that could be resumed and lived within this time: 90s, 30m, 12h, 7d, 2w (7d)',
          parseDuration,
        )
        .option('--records', 'remove the records of ended runs that are older, too: manifest, state, events')
        .option('--dry-run', 'say what would be removed, and remove nothing')
    },
    async run(_args, options) {
      await using npw = await connectFor(options)
      const { olderThan: olderThanMs, records, dryRun } = options
      const collected = await npw.gc({ olderThanMs, records, dryRun })
      if (!options.json) for (const { run, url, reason } of collected.kept) say(`kept ${run ?? url}: ${reason}`)
      printResult(options, collected, textOf(collected))
    },
  })
}

function textOf({ store, dryRun, removed, objects, bytes }: Collected): string {
  if (removed.length === 0) return `nothing to remove in ${store}`
  const rows = removed.map((item) => [item.what, item.run ?? '', item.objects, formatBytes(item.bytes), item.url])
  const total = `${objects} ${objects === 1 ? 'object' : 'objects'}, ${formatBytes(bytes)}`
  const sum = dryRun ? `would remove ${total} (a dry run: nothing is removed)` : `removed ${total}`
  return `${table(['what', 'run', 'objects', 'bytes', 'where'], rows)}\n${sum}`
}
