import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { InputError } from '../errors.ts'
import type { AgreementGroup, Comparison } from '../report/index.ts'
import { agreementOf, groupsOf } from './agreement.ts'
import { inputsOf } from './inputs.ts'
import type { CompareOptions } from './options.ts'
import { wantedResults } from './results.ts'
import { Site, type Work } from './site.ts'

/**
 * Runs the same work on each provider, in turn, and says what it took. One provider that fails is said to have failed; the others go on.
 * @returns what `report.json` holds, and what its page and tables are made from
 * @throws {InputError} for options that do not fit; the signal's reason, when everything that was made is removed
 */
export async function compare(given: CompareOptions): Promise<Comparison> {
  const {
    algorithm,
    shape,
    tile,
    repeat = 3,
    workers = 4,
    keep = false,
    seed = 0,
    signal,
    onStep = () => undefined,
  } = given
  requireWhole('repeat', repeat)
  requireWhole('workers', workers)
  requireDistinct(given.providers.map(({ provider }) => provider))
  const createdAt = new Date()
  const work: Work = {
    algorithm,
    inputs: inputsOf(algorithm, shape, tile),
    results: wantedResults(algorithm, given.results ?? []),
    options: given.options ?? {},
    seed,
    dtype: given.dtype,
    workers,
    durability: given.durability ?? 'full',
    coordinator: given.coordinator,
    signal,
    onStep,
  }
  const folder = `numpywren-compare-${stamp(createdAt)}-${randomBytes(2).toString('hex')}`
  const sites = given.providers.map((place) => new Site(work, place, `${folder}-${place.provider}`))
  try {
    for (const site of sites) {
      onStep(`${site.label}: generating ${work.inputs.map(({ name }) => name).join(', ')}`)
      await site.prepare()
      if (!site.isReady) onStep(`${site.label}: failed: ${site.found.problem}`)
    }
    for (let round = 0; round < repeat; round++) {
      // Whoever comes first finds the machine in another state than the others: each does in turn.
      for (let at = 0; at < sites.length; at++) {
        const site = sites[(round + at) % sites.length]
        if (site?.isReady) await runOn(site, round + 1, onStep)
      }
    }
    const providers = sites.map(({ found }) => found)
    const groups = await judged(sites, groupsOf(providers), work)
    const [layouts = []] = sites.filter(({ isReady }) => isReady).map((site) => site.layouts)
    return {
      format: 'numpywren comparison',
      version: 1,
      numpywren: version(),
      createdAt: createdAt.toISOString(),
      driver: {
        processor: cpus()[0]?.model.trim() ?? 'unknown',
        cores: availableParallelism(),
        memoryBytes: totalmem(),
        node: process.version,
      },
      work: {
        algorithm,
        operands: work.inputs.map(({ name, kind, shape }, at) => {
          const { tile = shape, dtype = given.dtype ?? 'float64' } = layouts[at] ?? {}
          return { name, kind, shape, tile, dtype }
        }),
        results: work.results,
        options: work.options,
        seed,
        repeat,
        workers,
        durability: work.durability,
        coordinator: coordinatorOf(given.coordinator),
      },
      providers,
      agreement: agreementOf(groups),
    }
  } finally {
    for (const site of sites) await closeQuietly(site, keep, onStep)
  }
}

async function runOn(site: Site, repeat: number, onStep: (text: string) => void): Promise<void> {
  const { completionSeconds, problem } = await site.run(repeat)
  onStep(
    `${site.label}, repeat ${repeat}: ${problem === undefined ? `${completionSeconds.toFixed(2)} s` : `failed: ${problem}`}`,
  )
}

/** Judges one result for each set of bits. */
async function judged(
  sites: readonly Site[],
  groups: readonly AgreementGroup[],
  { signal, onStep }: Work,
): Promise<readonly AgreementGroup[]> {
  const all: AgreementGroup[] = []
  for (const group of groups) {
    const found = sites
      .flatMap((site) => site.found.runs.map((run) => ({ site, run })))
      .find(({ run }) => run.digest === group.digest)
    onStep(`verifying the result of ${group.runs[0] ?? 'a run'}`)
    try {
      const verdict = await found?.site.judge(found.run.repeat)
      if (verdict === undefined) continue
      const { formula, ratio, threshold, passed } = verdict
      all.push({ ...group, residual: { formula, ratio, threshold, passed } })
    } catch (error) {
      // Of an algorithm that has no judgement, or in a store that is gone: what was measured counts for more.
      signal?.throwIfAborted()
      onStep(`it could not be verified: ${(error as Error).message}`)
      all.push(group)
    }
  }
  return all
}

/** What cannot be removed is said, for a comparison that is made counts for more. */
async function closeQuietly(site: Site, keep: boolean, onStep: (text: string) => void): Promise<void> {
  try {
    await site.close({ keep })
  } catch (error) {
    onStep(`${site.label}: could not remove ${site.folderUrl}: ${(error as Error).message}`)
  }
}

function coordinatorOf(url: string | undefined): 'embedded' | 'redis' {
  return (url ?? process.env.NUMPYWREN_COORDINATOR ?? 'embedded') === 'embedded' ? 'embedded' : 'redis'
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}

function stamp(at: Date): string {
  return at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
}

function requireWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return
  throw new InputError(`${name} must be a whole number of at least 1, got ${value}`)
}

function requireDistinct(providers: readonly string[]): void {
  if (providers.length === 0) throw new InputError('name at least one provider to compare')
  const twice = providers.find((name, at) => providers.indexOf(name) !== at)
  if (twice !== undefined) throw new InputError(`the provider ${twice} is named twice`)
}
