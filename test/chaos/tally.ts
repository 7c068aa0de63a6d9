/** What the chaos run counts and prints in the end. */

import type { RunEvent, TaskFailed, TaskFinished } from '../../src/events/index.ts'
import type { Objects } from './objects.ts'

/** A promise that was not kept, and how to see it again. */
export interface Violation {
  readonly step: number
  readonly text: string
}

/** Of what was violated, the beginning says enough before the history of its step. */
const MAX_LINE = 300

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
  /** Leases of tasks that nobody said the end of: they ran out, or were given back. */
  silent = 0
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
    const tasks = new Map<string, TaskTries>()
    const rounds = new Map<string, number>()
    for (const key of await objects.list(`.numpywren/runs/${runId}`)) {
      const [folder = ''] = key.split('/events/')
      if (folder === key) continue
      for (const event of eventsIn((await objects.read(key)) ?? new Uint8Array())) {
        if (event.type === 'run-started') rounds.set(folder, (rounds.get(folder) ?? 0) + 1)
        else if (event.type === 'tile' && event.what === 'lost') this.lostTiles++
        else if (event.type === 'task' || event.type === 'task-failed') addTry(tasks, folder, event)
      }
    }
    for (const { finished, failed, attempts } of tasks.values()) {
      if (finished > 0) this.tasks++
      this.again += Math.max(0, finished - 1)
      this.retries += failed
      this.silent += Math.max(0, attempts - 1 - failed)
    }
    for (const count of rounds.values()) this.plans += count - 1
  }

  /** What was violated, a short line each. */
  violationLines(): string[] {
    return this.violations.map(({ step, text }) => `VIOLATION in step ${step}: ${text.slice(0, MAX_LINE)}`)
  }

  /** Lines for people. */
  report(seed: string, kinds: readonly string[]): string {
    const caused = kinds.map((kind) => `  ${String(this.faults.get(kind) ?? 0).padStart(6)}  ${kind}`)
    const total = [...this.faults.values()].reduce((sum, count) => sum + count, 0)
    return [
      `${this.runs} runs, ${total} faults caused:`,
      ...caused,
      `${this.undeterred} runs ended well by themselves; ${this.clearErrors} commands ended with a clear error; ${this.resumes} resumes; ${this.driverless} runs were completed by workers without a driver`,
      `${this.plans} plans made anew, ${this.silent} leases ran out, ${this.retries} tasks tried again, ${this.lostTiles} tiles found lost or damaged`,
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

/** What is known of one task of a run. */
interface TaskTries {
  finished: number
  failed: number
  /** Most leases in one round that ended with a completion that counted. */
  attempts: number
}

function addTry(tasks: Map<string, TaskTries>, folder: string, event: TaskFinished | TaskFailed): void {
  const key = `${folder} ${event.task}`
  const tries = tasks.get(key) ?? { finished: 0, failed: 0, attempts: 0 }
  tasks.set(key, tries)
  if (event.type === 'task-failed') tries.failed++
  else {
    tries.finished++
    if (event.counted) tries.attempts = Math.max(tries.attempts, event.attempt)
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
