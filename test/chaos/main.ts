/** `npm run chaos -- --minutes M --seed S`: factorizations, faults that are caused, and whether what is promised was kept. */

import { Command, InvalidArgumentError, Option } from 'commander'
import { faults } from './faults/index.ts'
import { chaos } from './harness.ts'
import { type CoordinatorKind, type Step, steps } from './plan.ts'
import { type Algorithm, algorithmNames } from './problems.ts'
import { Scope } from './scope.ts'
import type { StoreKind } from './store-site.ts'
import { Tally } from './tally.ts'
import { World } from './world.ts'

interface Options {
  readonly minutes: number
  readonly seed: string
  readonly only: readonly Algorithm[]
  readonly store: readonly StoreKind[]
  readonly coordinator: readonly CoordinatorKind[]
  readonly faults?: readonly string[]
  readonly step?: number
  readonly lease: number
  readonly limit: number
  readonly verbose?: boolean
}

const above0 = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0 is wanted')
  return value
}

/** Names joined by commas, each one of the choices. */
const oneOrMore =
  <T extends string>(choices: readonly T[]) =>
  (text: string): T[] =>
    text.split(',').map((name) => {
      const choice = choices.find((each) => each === name)
      if (choice === undefined) throw new InvalidArgumentError(`choose from ${choices.join(', ')}`)
      return choice
    })

const stores: readonly StoreKind[] = ['s3', 'gs', 'fs']
const coordinators: readonly CoordinatorKind[] = ['redis', 'embedded']

async function main(options: Options): Promise<number> {
  const say = (text: string): void => void process.stdout.write(`${text}\n`)
  const scope = new Scope()
  const end = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => end.abort(name))
  try {
    const world = await World.create(scope)
    if (world.diskProblem !== undefined) say(`full disk: skipped: ${world.diskProblem}`)
    const until = performance.now() + options.minutes * 60_000
    const tally = new Tally()
    const drawn = steps({
      seed: options.seed,
      algorithms: options.only,
      stores: options.store,
      coordinators: options.coordinator,
      hasDisk: world.diskProblem === undefined,
      faults: options.faults,
    })
    await chaos(world, tally, {
      steps: options.step === undefined ? drawn : [stepOf(drawn, options.step)],
      leaseMs: options.lease * 1000,
      limitMs: options.limit * 1000,
      stallMs: 5000,
      goesOn: () => !end.signal.aborted && (options.step !== undefined || performance.now() < until),
      say,
      verbose: options.verbose ?? false,
    })
    say('')
    say(
      tally.report(
        options.seed,
        faults.map(({ kind }) => kind),
      ),
    )
    return tally.violations.length === 0 ? 0 : 1
  } finally {
    await scope.close()
  }
}

/** One step of a sequence, as it comes after all before it were drawn. */
function stepOf(drawn: Iterable<Step>, wanted: number): Step {
  for (const step of drawn) if (step.number === wanted) return step
  throw new RangeError(`there is no step ${wanted}`)
}

const command = new Command('chaos')
  .description(
    'Disturbs factorizations in every way that is known, and says whether their results are those of undisturbed ones.',
  )
  .option('--minutes <m>', 'start no step after so many minutes', above0, 10)
  .option('--seed <s>', 'of all choices', '1')
  .option('--only <names>', `algorithms: ${algorithmNames}`, oneOrMore(algorithmNames), algorithmNames)
  .option('--store <kinds>', `stores: ${stores}`, oneOrMore(stores), stores)
  .option('--coordinator <kinds>', `coordinators: ${coordinators}`, oneOrMore(coordinators), coordinators)
  .option('--faults <parts>', 'of the names of the faults to cause: "driver,flushed" (all)', (text) => text.split(','))
  .option('--step <n>', 'carry out this step alone, as the same seed and choices made it', above0)
  .addOption(new Option('--lease <seconds>', 'life of a lease that is not renewed').argParser(above0).default(2))
  .addOption(new Option('--limit <seconds>', 'a command that takes longer hangs').argParser(above0).default(240))
  .option('--verbose', 'say what happens in every step, not only in those that violate something')
command.parse()
process.exitCode = await main(command.opts<Options>())
