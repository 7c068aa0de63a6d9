import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { InputError } from '../../errors.ts'
import { algorithms } from '../../linalg/index.ts'
import type { Comparison } from '../../report/index.ts'
import { addCommand } from '../command.ts'
import { exitCodes, type GlobalOptions, interruption, printResult, say } from '../context.ts'
import { assignments, parseExtents, wholeNumber } from '../options.ts'
import { ofProvider, type PerProvider, parseChoices, parsePerProvider } from '../per-provider.ts'
import { table } from '../table.ts'
import { writeOutput } from '../write-output.ts'
import { tilePair } from './import.ts'

interface CompareCommandOptions extends GlobalOptions {
  readonly shape: readonly number[]
  readonly tile?: readonly number[]
  readonly dtype?: 'float64' | 'float32'
  readonly seed: number
  readonly option: Readonly<Record<string, string>>
  readonly results?: readonly string[]
  readonly providers: readonly ProviderName[]
  readonly store?: PerProvider
  readonly function?: PerProvider
  readonly region?: PerProvider
  readonly project?: string
  readonly repeat: number
  readonly workers: number
  readonly durability?: 'full' | 'outputs'
  readonly coordinator?: string
  readonly keep?: boolean
  readonly output: string
}

const providerNames = ['here', 'local', 'aws-lambda', 'gcp-functions'] as const
type ProviderName = (typeof providerNames)[number]

/** `compare ALGORITHM`: providers side by side. */
export function addCompare(program: Command): void {
  addCommand<CompareCommandOptions>(program, {
    usage: 'compare <algorithm>',
    summary:
      'run the same work on several providers, in turn, and report time, starts, store, core-seconds and money side by side; what is emulated is marked so everywhere',
    examples: [
      'numpywren compare cholesky --shape 4096x4096 --providers local,aws-lambda,gcp-functions --repeat 3 --store local=work,aws-lambda=s3://bucket/compare,gcp-functions=gs://bucket/compare -o report',
      'numpywren compare gemm --shape 2048 --tile 512 --providers here,local --store work -o report',
    ],
    options: addCompareOptions,
    run: async ([algorithm = ''], options) => {
      const [rows = 0, cols = rows] = options.shape
      if (options.shape.length > 2)
        throw new InputError(`--shape takes one or two extents, found ${options.shape.join('x')}`)
      const { seed, dtype, results, repeat, workers, durability, coordinator, keep, project } = options
      const { compare } = await import('../../compare/index.ts')
      const comparison = await compare({
        algorithm,
        shape: [rows, cols],
        tile: tilePair(options.tile),
        dtype,
        seed,
        results,
        options: parsedOptions(algorithm, options.option),
        providers: options.providers.map((provider) => ({
          provider,
          store: ofProvider(options.store, provider) ?? process.env.NUMPYWREN_STORE ?? '.',
          function: ofProvider(options.function, provider),
          region: ofProvider(options.region, provider),
          project,
        })),
        repeat,
        workers,
        durability,
        coordinator,
        keep,
        signal: interruption(),
        onStep: say,
      })
      await report(comparison, options)
    },
  })
}

function addCompareOptions(command: Command): void {
  command
    .requiredOption('--shape <shape>', 'of the first operand, such as 4096x4096; one number for a square', parseExtents)
    .option('--tile <tile>', 'rows x columns of a tile (1024)', parseExtents)
    .addOption(new Option('--dtype <dtype>', 'type of the elements (float64)').choices(['float64', 'float32']))
    .option('--seed <n>', 'of the generated operands', wholeNumber(0), 0)
    .option('--option <name=value>', 'an option of the algorithm; may be repeated', assignments(String), {})
    .option('--results <names>', 'results that are computed only where they are asked for, such as Q', list)
    .requiredOption(
      '--providers <names>',
      `which, separated by commas: ${providerNames.join(', ')} (here: workers in this process)`,
      parseChoices(providerNames),
    )
    .option(
      '--store <urls>',
      'where the work lies: a URL for all, or local=work,aws-lambda=s3://... (NUMPYWREN_STORE, or the current folder)',
      parsePerProvider(providerNames),
    )
    .option(
      '--function <names>',
      'deployed functions, for all or by provider (numpywren-worker)',
      parsePerProvider(providerNames),
    )
    .option('--region <names>', 'where they are deployed, for all or by provider', parsePerProvider(providerNames))
    .option('--project <id>', 'of Google Cloud')
    .option('--repeat <n>', 'runs on each provider', wholeNumber(1), 3)
    .option('--workers <n>', 'invocations at the same time', wholeNumber(1), 4)
    .addOption(
      new Option('--durability <mode>', 'of workers in this process; functions store every tile (full)').choices([
        'outputs',
        'full',
      ]),
    )
    .option('--coordinator <url>', 'embedded, or redis://host (NUMPYWREN_COORDINATOR, or embedded)')
    .option('--keep', 'leave matrices and runs in the stores')
    .requiredOption('-o, --output <folder>', 'where report.html and report.json are written')
}

/** Writes the report, prints the table. A provider that failed, or a result that is not good, ends the command with 1. */
async function report(comparison: Comparison, options: CompareCommandOptions): Promise<void> {
  const { comparisonHtml, problemOf, summaryTable, titleOf } = await import('../../report/index.ts')
  const files = { html: join(options.output, 'report.html'), json: join(options.output, 'report.json') }
  try {
    await mkdir(options.output, { recursive: true })
  } catch (cause) {
    throw new InputError(`cannot make the folder ${options.output}: ${(cause as Error).message}`, { cause })
  }
  await writeOutput(comparisonHtml(comparison), { output: files.html })
  await writeOutput(`${JSON.stringify(comparison, undefined, 1)}\n`, { output: files.json })
  const { providers, agreement } = comparison
  const residuals = agreement.groups.flatMap(({ residual }) => (residual === undefined ? [] : [residual]))
  if (providers.some((provider) => problemOf(provider) !== '') || residuals.some(({ passed }) => !passed)) {
    process.exitCode = exitCodes.failed
  }
  const { header, rows } = summaryTable(comparison)
  const text = [
    titleOf(comparison),
    '',
    table(header, rows),
    '',
    agreement.text,
    ...residuals.map(
      ({ formula, ratio, threshold, passed }) =>
        `${formula}: ratio ${ratio.toPrecision(3)}, threshold ${threshold}, ${passed ? 'passed' : 'FAILED'}`,
    ),
  ]
  printResult(options, { files, comparison }, text.join('\n'))
}

/** Options of the algorithm, each in its type. @throws InputError for an unknown one */
function parsedOptions(algorithm: string, given: Readonly<Record<string, string>>): Record<string, unknown> {
  const specs = algorithms.find(({ name }) => name === algorithm)?.options ?? {}
  return Object.fromEntries(
    Object.entries(given).map(([name, text]) => {
      const spec = specs[name]
      if (spec === undefined) {
        const known = Object.keys(specs)
        throw new InputError(
          `${algorithm} has no option ${name}; ${known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`}`,
        )
      }
      if (spec.kind === 'flag') return [name, text === 'true' ? true : text === 'false' ? false : text]
      if (spec.kind === 'whole' || spec.kind === 'number') return [name, Number(text)]
      return [name, spec.kind === 'tile' ? parseExtents(text) : text]
    }),
  )
}

function list(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError(`wanted names separated by commas, found '${text}'.`)
  return names
}
