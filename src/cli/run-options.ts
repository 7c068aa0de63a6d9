/** Options of every command that starts or continues a run. */

import { type Command, Option } from 'commander'
import { type CallOptions, connect, type Numpywren, Places } from '../client/index.ts'
import { type FunctionProviderName, functionProviderName } from '../providers/index.ts'
import { objectUrl, splitUrl } from '../storage/index.ts'
import { type GlobalOptions, interruption, say } from './context.ts'
import { parseMemory, parseSeconds, wholeNumber } from './options.ts'

export interface SettingsOptions extends GlobalOptions {
  readonly workers?: number
  readonly slots?: number
  readonly memory?: number
  readonly durability?: 'full' | 'outputs'
  readonly store?: string
  readonly provider?: string
  readonly function?: string
  readonly region?: string
  readonly project?: string
  readonly coordinator?: string
  readonly lease?: number
}

export interface RunOptions extends SettingsOptions {
  readonly runId?: string
  readonly overwrite?: boolean
  readonly checkFinite: boolean
}

/** Settings that hold for one start of a run. */
export function addSettings(command: Command): void {
  command
    .option(
      '--workers <n>',
      'workers (1); with Redis processes of this machine, of which there may be 0; with --provider invocations at the same time (16)',
      wholeNumber(0),
    )
    .option(
      '--slots <n>',
      'tasks computed at the same time by one worker (the cores of this machine, shared among worker processes; those of a function)',
      wholeNumber(1),
    )
    .option(
      '--memory <size>',
      'memory for tiles in one worker, such as 4GiB (half of the machine, at most 8GiB, shared among worker processes; what a function has)',
      parseMemory,
    )
    .addOption(
      new Option(
        '--durability <mode>',
        'outputs: intermediates stay in memory while it suffices; full: every tile is stored',
      ).choices(['outputs', 'full']),
    )
    .option('--store <url>', 'where the run is kept (NUMPYWREN_STORE, or the folder of the output)')
    .option(
      '--provider <name>',
      'where the workers are: here, in this process; or functions: local (processes of this machine), aws-lambda, gcp-functions (NUMPYWREN_PROVIDER, or here)',
    )
    .option('--function <name>', 'the deployed function (NUMPYWREN_FUNCTION, or numpywren-worker)')
    .option('--region <name>', "region of the function (as the platform's own settings say)")
    .option('--project <id>', 'Google Cloud project of the function (that of the credentials)')
    .option(
      '--coordinator <url>',
      'who hands out tasks: embedded, or a Redis that workers anywhere reach, redis://host (NUMPYWREN_COORDINATOR, or embedded)',
    )
    .option(
      '--lease <time>',
      'with Redis: a task whose worker is silent for so long is given to another (30s)',
      parseSeconds,
    )
}

export function addRunOptions(command: Command): void {
  addSettings(command)
  command
    .option('--run-id <id>', 'name of the run (time, algorithm and a random suffix)')
    .option('--overwrite', 'replace outputs that exist')
    .option('--no-check-finite', 'do not look for NaN and infinity in the inputs')
}

/** The options as a library call takes them. */
export function callOptions(options: RunOptions): CallOptions {
  return {
    ...settings(options),
    checkFinite: options.checkFinite,
    overwrite: options.overwrite,
    runId: options.runId,
  }
}

/** What may be set anew when a run is resumed. */
export function settings({
  workers,
  slots,
  memory: memoryBytes,
  durability,
  lease: leaseMs,
}: SettingsOptions): CallOptions {
  return { workers, slots, memoryBytes, durability, leaseMs }
}

/** A connection whose runs are kept in --store, else NUMPYWREN_STORE, else the folder of the output; interrupted by signals. */
export function connectFor(
  options: Pick<SettingsOptions, 'store' | 'coordinator' | 'provider' | 'function' | 'region' | 'project'>,
  output?: string,
): Promise<Numpywren> {
  const store = options.store ?? process.env.NUMPYWREN_STORE ?? (output === undefined ? '.' : parentOf(output))
  const { coordinator, function: name, region, project } = options
  return connect({
    store,
    coordinator,
    provider: options.provider === undefined ? undefined : providerName(options.provider),
    function: name,
    region,
    project,
    signal: interruption(),
    onWarning: (message) => say(`warning: ${message}`),
  })
}

/** A name as the command line means it: a plain path is relative to the current folder, whatever the store. */
export function urlOf(name: string): string {
  const { store, path } = new Places('.').of(name)
  return objectUrl(store.url, path)
}

function parentOf(output: string): string {
  return splitUrl(urlOf(output)).store
}

/** @throws InputError for a provider that this version does not have */
function providerName(name: string): 'here' | FunctionProviderName {
  return name === 'here' ? name : functionProviderName(name)
}
