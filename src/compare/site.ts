import { availableParallelism } from 'node:os'
import { type ConnectOptions, connect, type Numpywren } from '../client/index.ts'
import { InternalError } from '../errors.ts'
import type { RunEvent } from '../events/index.ts'
import { blasInfo } from '../kernels/index.ts'
import type { Verdict } from '../linalg/index.ts'
import type { BigMatrix, Layout } from '../matrix/index.ts'
import type { ComparedProvider, ComparedRun } from '../report/index.ts'
import { openStore } from '../storage/index.ts'
import { type Billing, cloudOf, moneyOf, priceBasis } from './bill.ts'
import { digestOf } from './digest.ts'
import type { ComparedInput } from './inputs.ts'
import { labelOf, storeEmulatedBy } from './label.ts'
import { lookAt } from './look.ts'
import { RunMeasurer } from './measure.ts'
import type { ComparedPlace } from './options.ts'
import { removeFolder } from './remove-folder.ts'
import { placesOf } from './results.ts'

/** The work that every provider does. */
export interface Work {
  readonly algorithm: string
  readonly inputs: readonly ComparedInput[]
  /** Names of results that are wanted. */
  readonly results: readonly string[]
  /** As for the call of the algorithm. */
  readonly options: Readonly<Record<string, unknown>>
  readonly seed: number
  readonly dtype: 'float64' | 'float32' | undefined
  readonly workers: number
  readonly durability: 'full' | 'outputs'
  readonly coordinator: string | undefined
  readonly signal: AbortSignal | undefined
  /** Told of each step in one plain sentence. */
  readonly onStep: (text: string) => void
}

type Facts = Omit<ComparedProvider, 'runs' | 'problem'>

/** One provider of a comparison with its folder: inputs, runs, and nothing else. What goes wrong here is told, and stays here. */
export class Site {
  readonly #work: Work
  readonly #place: ComparedPlace
  readonly #storeUrl: string
  readonly #runs: ComparedRun[] = []
  readonly #layouts: Layout[] = []
  readonly #results: Record<string, BigMatrix>[] = []
  #npw: Numpywren | undefined
  #facts: Facts
  #billing: Billing
  #problem: string | undefined

  /** @param folder made in the place's store for this comparison alone */
  constructor(work: Work, place: ComparedPlace, folder: string) {
    const { provider, store, region } = place
    this.#work = work
    this.#place = place
    this.#storeUrl = openStore(`${store.replace(/\/+$/, '')}/${folder}`).url
    const emulated = { storeEmulatedBy: storeEmulatedBy(store) }
    this.#facts = {
      provider,
      label: labelOf(provider, emulated),
      ...emulated,
      function: place.function,
      region,
      // Workers of one process share its cores.
      workers: provider === 'here' ? Math.min(work.workers, availableParallelism()) : work.workers,
      store: openStore(store).url,
      prices: [],
    }
    this.#billing = { architecture: 'x86_64', cloud: cloudOf(store) }
  }

  get label(): string {
    return this.#facts.label
  }

  /** What {@link close} removes. */
  get folderUrl(): string {
    return this.#storeUrl
  }

  /** Whether it can be asked for runs. */
  get isReady(): boolean {
    return this.#problem === undefined
  }

  /** Everything that was found, for the report. */
  get found(): ComparedProvider {
    return { ...this.#facts, ...(this.#problem === undefined ? {} : { problem: this.#problem }), runs: this.#runs }
  }

  /** Looks at the function and generates the inputs. A failure is kept as the site's problem. @throws the signal's reason */
  async prepare(): Promise<void> {
    try {
      if (this.#place.provider !== 'here') {
        const { facts, architecture, ...found } = await lookAt(this.#place, this.#work.signal)
        this.#facts = { ...this.#facts, ...found }
        this.#facts = { ...this.#facts, label: labelOf(this.#place.provider, this.#facts) }
        this.#billing = { ...this.#billing, facts, architecture }
      }
      this.#facts = { ...this.#facts, prices: priceBasis(this.#billing) }
      this.#npw = await connect(this.#connectOptions())
      for (const { name, kind, shape, tile } of this.#work.inputs) {
        const { seed, dtype } = this.#work
        const { layout } = await this.#npw.generate(kind, name, { shape, tile, seed, dtype })
        this.#layouts.push(layout)
      }
    } catch (error) {
      this.#work.signal?.throwIfAborted()
      this.#problem = messageOf(error)
    }
  }

  /** Of the inputs, when they are generated. */
  get layouts(): readonly Layout[] {
    return this.#layouts
  }

  /** One run, with the digest of its results. A failure is kept with the run. @throws the signal's reason */
  async run(repeat: number): Promise<ComparedRun> {
    const { algorithm, inputs, options, signal } = this.#work
    const measurer = new RunMeasurer()
    const coreTypes = new Set(this.#place.provider === 'here' ? [blasInfo().coreType] : [])
    const startedAt = new Date().toISOString()
    const began = performance.now()
    let runId = ''
    let completionSeconds: number | undefined
    let outcome: { readonly digest?: string; readonly problem?: string }
    try {
      const operands = Object.fromEntries(inputs.map(({ name }) => [name, name]))
      const operation = this.#connection.call<Record<string, BigMatrix>>(algorithm, operands, {
        ...options,
        ...placesOf(this.#work, `result-${repeat}`),
      })
      const handle = await operation.start()
      runId = handle.id
      const heard = hear(handle, measurer, coreTypes)
      const { summary: _, report: __, files: ___, ...results } = await operation.result().finally(() => heard)
      completionSeconds = (performance.now() - began) / 1000
      this.#results[repeat] = results
      outcome = { digest: await digestOf(results, signal) }
    } catch (error) {
      signal?.throwIfAborted()
      outcome = { problem: messageOf(error) }
    }
    const measures = measurer.measures((used) => moneyOf(used, this.#billing))
    completionSeconds ??= (performance.now() - began) / 1000
    const run = { repeat, runId, startedAt, completionSeconds, ...outcome, coreTypes: [...coreTypes].sort(), measures }
    this.#runs.push(run)
    return run
  }

  /** How good the result of a run is. @throws InputError for an algorithm without a judgement */
  async judge(repeat: number): Promise<Verdict> {
    const inputs = Object.fromEntries(this.#work.inputs.map(({ name }) => [name, name]))
    return this.#connection.verify(this.#work.algorithm, { ...inputs, ...this.#results[repeat] }, {})
  }

  /** Lets go of everything; removes what was made unless it is to stay. */
  async close({ keep }: { readonly keep: boolean }): Promise<void> {
    try {
      await this.#npw?.close()
    } finally {
      if (!keep) await removeFolder(this.#storeUrl)
    }
  }

  get #connection(): Numpywren {
    if (this.#npw === undefined) throw new InternalError(`${this.label} was not prepared`)
    return this.#npw
  }

  #connectOptions(): ConnectOptions {
    const { durability, coordinator, signal } = this.#work
    const { provider, function: name, region, project } = this.#place
    const { workers } = this.#facts
    const onWarning = (text: string): void => this.#work.onStep(`${this.label}: warning: ${text}`)
    const common = { store: this.#storeUrl, provider, durability, coordinator, signal, onWarning }
    return provider === 'here'
      ? { ...common, workers, slots: 1 }
      : { ...common, function: name, region, project, workers }
  }
}

async function hear(events: AsyncIterable<RunEvent>, measurer: RunMeasurer, coreTypes: Set<string>): Promise<void> {
  for await (const event of events) {
    measurer.add(event)
    if (event.type === 'invocation' && event.coreType !== undefined) coreTypes.add(event.coreType)
  }
}

/** What went wrong, in one line; not how to go on with a run that is about to be removed. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text
    .replaceAll(/\s+/g, ' ')
    .replace(/; to go on: numpywren resume .*$/, '')
    .trim()
}
