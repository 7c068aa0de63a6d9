/** What the chaos run counts and prints in the end. */

import type { RunEvent } from '../../src/events/index.ts'
import type { Objects } from './objects.ts'

/** A promise that was not kept, and how to see it again. */
export interface Violation {
  readonly step: number
  readonly text: string
}

export class Tally {
  runs = 0
  /** Runs that ended well at the first try, faults and all. */
  undeterred = 0
  /** Commands that ended with a clear error. */
  clearErrors = 0
  /** Runs that their workers completed when nobody drove them. */
  driverless = 0
  resumes = 0
  /** Plans made anew: starts of rounds beyond the first of each run. */
  plans = 0
  leasesExpired = 0
  retries = 0
  lostTiles = 0
  tasks = 0
  /** Finished tries beyond the first of each task. */
  again = 0
  leftovers = 0
  readonly faults: Map<string, number> = new Map()
  readonly violations: Violation[] = []

  caused(kind: string, times: number): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + times)
  }

  /** Adds up what the events of a run, and of its stages, tell. */
  async addEvents(objects: Objects, runId: string): Promise<void> {
    const tries = new Map<string, number>()
    const rounds = new Map<string, number>()
    const add = (counts: Map<string, number>, key: string): void => {
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    for (const key of await objects.list(`.numpywren/runs/${runId}`)) {
      const [folder = ''] = key.split('/events/')
      if (folder === key) continue
      for (const event of eventsIn((await objects.read(key)) ?? new Uint8Array())) {
        if (event.type === 'task') add(tries, `${folder} ${event.task}`)
        else if (event.type === 'run-started') add(rounds, folder)
        else if (event.type === 'tile' && event.what === 'lost') this.lostTiles++
        else if (event.type === 'task-failed') {
          if (event.tag.includes('Lease')) this.leasesExpired++
          else if (event.willRetry) this.retries++
        }
      }
    }
    for (const count of tries.values()) {
      this.tasks++
      this.again += count - 1
    }
    for (const count of rounds.values()) this.plans += count - 1
  }

  /** Lines for people. */
  report(seed: string, kinds: readonly string[]): string {
    const caused = kinds.map((kind) => `  ${String(this.faults.get(kind) ?? 0).padStart(6)}  ${kind}`)
    const total = [...this.faults.values()].reduce((sum, count) => sum + count, 0)
    return [
      `${this.runs} runs, ${total} faults caused:`,
      ...caused,
      `${this.undeterred} runs ended well by themselves; ${this.clearErrors} commands ended with a clear error; ${this.resumes} resumes; ${this.driverless} runs were completed by workers without a driver`,
      `${this.plans} plans made anew, ${this.leasesExpired} leases expired, ${this.retries} tasks tried again, ${this.lostTiles} tiles found lost or damaged`,
      `${this.tasks} tasks, ${this.again} computations beyond the first of a task`,
      `${this.leftovers} objects left for gc by runs that are done`,
      this.violations.length === 0
        ? `no violations (seed ${seed})`
        : `${this.violations.length} VIOLATIONS (seed ${seed}):`,
      ...this.violations.map(
        ({ step, text }) => `  step ${step}: ${text}\n    again: npm run chaos -- --seed ${seed} --step ${step}`,
      ),
    ].join('\n')
  }
}

/** Whole lines only: a segment may be damaged or half there. */
function* eventsIn(bytes: Uint8Array): Generator<RunEvent> {
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    try {
      if (line !== '') yield JSON.parse(line) as RunEvent
    } catch {
      // Whatever is no event tells nothing.
    }
  }
}
