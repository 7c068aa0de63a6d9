/** What the chaos run does in each of its steps, drawn from the seed alone. */

import { type Fault, faults } from './faults/index.ts'
import { type Algorithm, type Problem, problems } from './problems.ts'
import { Bag, Random } from './random.ts'
import type { StoreKind } from './store-site.ts'

export type CoordinatorKind = 'embedded' | 'redis'

/** A fault and when it is caused. */
export interface PlannedFault {
  readonly fault: Fault
  /** Share of the tiles stored by then, of those that an undisturbed run stores. */
  readonly at: number
  readonly random: Random
}

/** One step: one run, or two at once in the same store. */
export interface Step {
  readonly number: number
  readonly problems: readonly Problem[]
  readonly store: StoreKind
  readonly coordinator: CoordinatorKind
  readonly durability: 'full' | 'outputs'
  readonly workers: number
  readonly slots: number
  /** Memory of a worker; little of it makes tiles come and go. */
  readonly memory: string
  readonly faults: readonly PlannedFault[]
  /** What is done when a driver was killed: start resume at once, or leave it to the workers. */
  readonly afterKill: 'resume' | 'wait'
}

export interface PlanOptions {
  readonly seed: string
  readonly algorithms: readonly Algorithm[]
  readonly stores: readonly StoreKind[]
  readonly coordinators: readonly CoordinatorKind[]
  readonly hasDisk: boolean
  /** Part of the names of the faults to cause, one of them or more. @default all faults */
  readonly faults?: readonly string[] | undefined
}

/** Two runs at once, of so many steps one. */
const PAIRS = 6

/** Steps without end. Kinds of faults, problems and places each come from a bag, so that all of them come soon and none is left out. */
export function* steps(options: PlanOptions): Generator<Step> {
  const root = new Random(options.seed)
  const places = options.stores.flatMap((store) => options.coordinators.map((coordinator) => ({ store, coordinator })))
  const chosen = problems.filter(({ algorithm }) => options.algorithms.includes(algorithm))
  const placeBag = new Bag(places, root.fork('places'))
  const problemBag = new Bag(chosen, root.fork('problems'))
  const faultBags = new Map(
    places.map((place) => {
      const fitting = faults.filter(
        ({ kind, fits }) =>
          fits({ ...place, hasDisk: options.hasDisk }) &&
          (options.faults === undefined || options.faults.some((part) => kind.includes(part))),
      )
      if (fitting.length === 0)
        throw new RangeError(`no such fault can be caused on ${place.store}, ${place.coordinator}`)
      return [place, new Bag(fitting, root.fork(`faults ${place.store} ${place.coordinator}`))] as const
    }),
  )
  for (let number = 1; ; number++) {
    const random = root.fork(`step ${number}`)
    const place = placeBag.draw()
    const count = 2 + random.below(4)
    const drawn = Array.from({ length: count }, () => faultBags.get(place)!.draw())
    const isRedis = place.coordinator === 'redis'
    yield {
      number,
      ...place,
      problems: Array.from({ length: random.below(PAIRS) === 0 ? 2 : 1 }, () => problemBag.draw()),
      durability: random.pick(['full', 'outputs']),
      workers: isRedis ? 4 : 1 + random.below(2),
      slots: isRedis ? 1 : 2,
      memory: random.pick(['4MiB', '64MiB', '1GiB']),
      faults: drawn
        .map((fault, index) => ({ fault, at: random.between(0, 1), random: random.fork(index) }))
        .sort((a, b) => a.at - b.at),
      afterKill: isRedis ? random.pick(['resume', 'wait']) : 'resume',
    }
  }
}

export interface CoverOptions {
  readonly seed: string
  /** Of each store in turn: few inputs and undisturbed runs are to be made. */
  readonly problems: readonly Problem[]
  readonly stores: readonly StoreKind[]
  readonly hasDisk: boolean
  readonly workers: number
  /** Whether a kind of fault has been caused already. */
  readonly isCaused: (kind: string) => boolean
  /** Faults of one step. */
  readonly faultsPerStep: number
}

/** Steps over Redis until every kind of fault was caused: what did not find its moment in one step comes again in a later one. */
export function* coveringSteps(options: CoverOptions): Generator<Step> {
  const root = new Random(options.seed)
  for (let number = 1; ; number++) {
    const random = root.fork(`step ${number}`)
    const turn = number % options.stores.length
    const place = { store: options.stores[turn]!, coordinator: 'redis' as const }
    const missing = faults.filter(
      ({ kind, fits }) => !options.isCaused(kind) && fits({ ...place, hasDisk: options.hasDisk }),
    )
    const isLeft = faults.some(
      ({ kind, fits }) =>
        !options.isCaused(kind) && options.stores.some((store) => fits({ ...place, store, hasDisk: options.hasDisk })),
    )
    if (!isLeft) return
    yield {
      number,
      ...place,
      problems: [options.problems[turn % options.problems.length]!],
      durability: number % 3 === 0 ? 'outputs' : 'full',
      workers: options.workers,
      slots: 1,
      memory: '64MiB',
      faults: random
        .shuffled(missing)
        .slice(0, options.faultsPerStep)
        .map((fault, index) => ({ fault, at: random.between(0.02, 0.6), random: random.fork(index) }))
        .sort((a, b) => a.at - b.at),
      afterKill: number % 2 === 0 ? 'wait' : 'resume',
    }
  }
}

/** One line that says what a step is. */
export function describeStep(step: Step): string {
  const { number, problems, store, coordinator, durability, workers, memory, afterKill } = step
  const planned = step.faults.map(({ fault, at }) => `${fault.kind} at ${Math.round(100 * at)} %`)
  return [
    `step ${number}: ${problems.map(({ id }) => id).join(' and ')}`,
    `${store}, ${coordinator}, ${durability}, ${workers} workers, ${memory}, ${afterKill}`,
    planned.join(', '),
  ].join('; ')
}
