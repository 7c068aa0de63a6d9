/** Options of every command that starts or continues a run. */

import { type Command, Option } from 'commander'
import { type CallOptions, connect, type Numpywren, Places } from '../client/index.ts'
import { InputError } from '../errors.ts'
import { type GlobalOptions, interruption } from './context.ts'
import { parseMemory, wholeNumber } from './options.ts'

export interface SettingsOptions extends GlobalOptions {
  readonly workers?: number
  readonly slots?: number
  readonly memory?: number
  readonly durability?: 'full' | 'outputs'
  readonly store?: string
  readonly provider: string
  readonly coordinator: string
}

export interface RunOptions extends SettingsOptions {
  readonly runId?: string
  readonly overwrite?: boolean
  readonly checkFinite: boolean
}

/** Settings that hold for one start of a run. */
export function addSettings(command: Command): void {
  command
    .option('--workers <n>', 'workers (1)', wholeNumber(1))
    .option('--slots <n>', 'tasks computed at the same time by one worker (the cores of this machine)', wholeNumber(1))
    .option(
      '--memory <size>',
      'memory for tiles in one worker, such as 4GiB (half of the machine, at most 8GiB)',
      parseMemory,
    )
    .addOption(
      new Option(
        '--durability <mode>',
        'outputs: intermediates stay in memory while it suffices; full: every tile is stored',
      ).choices(['outputs', 'full']),
    )
    .option('--store <url>', 'where the run is kept (NUMPYWREN_STORE, or the folder of the output)')
    .option('--provider <name>', 'who starts workers: local', 'local')
    .option('--coordinator <name>', 'who hands out tasks: embedded', 'embedded')
}

export function addRunOptions(command: Command): void {
  addSettings(command)
  command
    .option('--run-id <id>', 'name of the run (time, algorithm and a random suffix)')
    .option('--overwrite', 'replace outputs that exist')
    .option('--no-check-finite', 'do not look for NaN and infinity in the inputs')
}

/** The options as a library call takes them. @throws InputError for a provider or coordinator that this version does not have */
export function callOptions(options: RunOptions): CallOptions {
  requireKnown('provider', options.provider, 'local')
  requireKnown('coordinator', options.coordinator, 'embedded')
  return {
    workers: options.workers,
    slots: options.slots,
    memoryBytes: options.memory,
    durability: options.durability,
    checkFinite: options.checkFinite,
    overwrite: options.overwrite,
    runId: options.runId,
  }
}

/** A connection whose runs are kept in --store, else NUMPYWREN_STORE, else the folder of the output; interrupted by signals. */
export function connectFor(options: { readonly store?: string }, output?: string): Promise<Numpywren> {
  const store = options.store ?? process.env.NUMPYWREN_STORE ?? (output === undefined ? '.' : parentOf(output))
  return connect({ store, signal: interruption() })
}

/** A name as the command line means it: a plain path is relative to the current folder, whatever the store. */
export function urlOf(name: string): string {
  const { store, path } = new Places('.').of(name)
  return path === '' ? store.url : `${store.url}/${path.split('/').map(encodeURIComponent).join('/')}`
}

function parentOf(output: string): string {
  const url = urlOf(output)
  return url.slice(0, url.lastIndexOf('/'))
}

function requireKnown(what: string, value: string, known: string): void {
  if (value !== known) throw new InputError(`there is no ${what} '${value}' in this version; it has ${known}`)
}
