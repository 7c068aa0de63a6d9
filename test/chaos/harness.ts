/** The loop: step after step, until time or steps are over. */

import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { carryOut } from './carry-out.ts'
import { describeStep, type Step } from './plan.ts'
import type { StoreSite } from './store-site.ts'
import type { Tally } from './tally.ts'
import type { World } from './world.ts'

const RECORDS = '.numpywren/runs/'

export interface ChaosOptions {
  readonly steps: Iterable<Step>
  readonly leaseMs: number
  readonly limitMs: number
  /** Time without a byte after which a store counts as stalled. */
  readonly stallMs: number
  /** Whether to go on after so many steps. */
  readonly goesOn: (stepsDone: number) => boolean
  /** One line for each step, and what happened in it when something was violated or `verbose`. */
  readonly say: (text: string) => void
  readonly verbose: boolean
}

/** Carries out steps one after the other. Stores and servers of the world are used again and again. */
export async function chaos(world: World, tally: Tally, options: ChaosOptions): Promise<void> {
  let done = 0
  for (const step of options.steps) {
    if (!options.goesOn(done++)) return
    await carryOutStep(step, { world, tally, options })
  }
}

interface Parts {
  readonly world: World
  readonly tally: Tally
  readonly options: ChaosOptions
}

async function carryOutStep(step: Step, { world, tally, options }: Parts): Promise<void> {
  const { say, verbose, leaseMs, limitMs } = options
  say(describeStep(step))
  const site = await world.site(step.store)
  const redis = step.coordinator === 'redis' ? await world.redis() : undefined
  const references = []
  for (const problem of step.problems) {
    references.push(await world.references.of(problem))
    await world.input(site, problem)
  }
  const lines: string[] = []
  const log = (line: string): void => {
    lines.push(line)
    if (verbose) say(line)
  }
  const env = { ...site.env, NUMPYWREN_STORE_STALL_MS: `${options.stallMs}` }
  const processes = world.processes(`step${step.number}`, env)
  const violations = await carryOut(step, { site, redis, processes, references, leaseMs, limitMs, tally, log })
  for (const text of violations) tally.violations.push({ step: step.number, text })
  if (violations.length > 0) {
    if (!verbose) for (const line of lines) say(line)
    say(`records and logs of step ${step.number}: ${await keepRecords(site, step, [describeStep(step), ...lines])}`)
  }
  await clear(site, step)
}

/** Removes all that a step has stored but for inputs. */
async function clear({ objects }: StoreSite, step: Step): Promise<void> {
  const id = `step${String(step.number).padStart(5, '0')}`
  const keys = [
    ...(await objects.list(id)),
    ...(await objects.list(`.numpywren/runs/${id}`)),
    ...(await objects.list('.numpywren/outputs/')),
  ]
  for (const key of keys) await objects.remove(key)
}

/** Keeps what a violated step has stored beside its tiles. @returns the folder */
async function keepRecords({ objects }: StoreSite, step: Step, lines: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `numpywren-chaos-step-${step.number}-`))
  await writeFile(join(folder, 'log.txt'), `${lines.join('\n')}\n`)
  const listed = [...(await objects.list('step')), ...(await objects.list('.numpywren/'))]
  await writeFile(join(folder, 'objects.txt'), `${listed.join('\n')}\n`)
  for (const key of await objects.list(RECORDS)) {
    const bytes = /\.jsonl?$/.test(key) ? await objects.read(key) : undefined
    if (bytes !== undefined) await writeFile(join(folder, key.slice(RECORDS.length).replaceAll('/', '__')), bytes)
  }
  return folder
}
