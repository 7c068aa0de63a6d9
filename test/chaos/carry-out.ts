/** One step: commands, faults while they run, what follows, and the judgement. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Caused, Disturbed, Fault } from './faults/index.ts'
import { differences, faultsOfEnd, leftovers, summaryOf } from './judge.ts'
import type { Step } from './plan.ts'
import { commandOf } from './problems.ts'
import type { Command, CommandEnd, RunProcesses } from './processes.ts'
import type { RedisSite } from './redis-site.ts'
import type { Reference } from './reference.ts'
import type { StoreSite } from './store-site.ts'
import type { Tally } from './tally.ts'

export interface Surroundings {
  readonly site: StoreSite
  readonly redis: RedisSite | undefined
  readonly processes: RunProcesses
  readonly references: readonly Reference[]
  readonly leaseMs: number
  /** A command that takes longer hangs. */
  readonly limitMs: number
  readonly tally: Tally
  readonly log: (text: string) => void
}

/** Starts of one run under faults, beyond which they are lifted first. */
const STARTS_UNDER_FAULTS = 4
const POLL_MS = 25
/** Time for processes to end when their run has. */
const FAREWELL_MS = 60_000

/** Carries a step out. @returns what was violated */
export async function carryOut(step: Step, surroundings: Surroundings): Promise<string[]> {
  return await new Disturbance(step, surroundings).carryOut()
}

/** One run of the step. */
interface Run {
  readonly id: string
  readonly args: readonly string[]
  readonly reference: Reference
  command: Command | undefined
  /** True once a command said that it is done. */
  isDone: boolean
}

class Disturbance {
  readonly #step: Step
  readonly #around: Surroundings
  readonly #runs: readonly Run[]
  readonly #violations: string[] = []
  readonly #lifts: (() => unknown)[] = []
  readonly #caused: { readonly kind: string; readonly times: Caused }[] = []
  readonly #damaged = new Set<string>()
  readonly #startedAt = performance.now()
  #isOver = false
  #hasHung = false

  constructor(step: Step, around: Surroundings) {
    this.#step = step
    this.#around = around
    this.#runs = step.problems.map((problem, index) => {
      const id = `step${String(step.number).padStart(5, '0')}${'ab'[index]}`
      const place = { store: around.site.url, runId: id }
      const args = [...commandOf(problem, place), ...this.#settings(), '--durability', step.durability]
      return { id, args, reference: around.references[index]!, command: undefined, isDone: false }
    })
  }

  async carryOut(): Promise<string[]> {
    const { tally, processes, site } = this.#around
    const causing = this.#causeFaults()
    await Promise.all(this.#runs.map((run) => this.#drive(run)))
    this.#isOver = true
    await causing
    await this.#lift()
    for (const run of this.#runs) if (!this.#hasHung) await this.#complete(run)
    const left = this.#hasHung ? [] : await processes.left(FAREWELL_MS)
    for (const { pid, command } of left) this.#violate(`process ${pid} is left over: ${command}`)
    await processes.killAll()
    for (const { id } of this.#runs) {
      tally.runs++
      await tally.addEvents(site.objects, id)
      if (!this.#hasHung) tally.leftovers += (await leftovers(site.objects, id)).length
    }
    for (const { kind, times } of this.#caused) tally.caused(kind, typeof times === 'number' ? times : times())
    return this.#violations
  }

  /** Options of every start. */
  #settings(): string[] {
    const { workers, slots, memory, coordinator } = this.#step
    const { redis, leaseMs } = this.#around
    const settings = ['--workers', `${workers}`, '--slots', `${slots}`, '--memory', memory]
    if (coordinator === 'embedded' || redis === undefined) return [...settings, '--coordinator', 'embedded']
    return [...settings, '--coordinator', redis.url, '--lease', `${leaseMs / 1000}`]
  }

  /** Brings one run to an end while faults are caused: starts it, and resumes it whenever its driver was ended by us. */
  async #drive(run: Run): Promise<void> {
    let args = run.args
    for (let starts = 1; starts <= STARTS_UNDER_FAULTS; starts++) {
      const end = await this.#attempt(args, run)
      if (end === undefined) return
      if (end.code === 0) {
        run.isDone = true
        if (starts === 1) this.#around.tally.undeterred++
        return
      }
      if (end.code === 1) {
        this.#around.tally.clearErrors++
        return
      }
      if (isNoSuchRun(end)) args = run.args
      else {
        if (end.signal === 'SIGKILL' && this.#step.afterKill === 'wait') await this.#awaitWorkers(run)
        args = this.#resumeOf(run)
      }
    }
  }

  /** Runs a command under the limit of time, and looks at its end. @returns undefined when it hung */
  async #attempt(args: readonly string[], run?: Run): Promise<CommandEnd | undefined> {
    if (args[0] === 'resume') this.#around.tally.resumes++
    const command = this.#around.processes.start(args)
    if (run !== undefined) run.command = command
    this.#note(`pid ${command.pid}: numpywren ${args.join(' ')}`)
    const limit = sleep(this.#around.limitMs, undefined, { ref: false })
    const end = await Promise.race([command.done, limit])
    if (end === undefined) {
      this.#hasHung = true
      const alive = (await this.#around.processes.all()).map(({ pid, command: line }) => `${pid} ${line}`)
      this.#violate(`numpywren ${args[0]} hangs; processes: ${alive.join('; ')}; said: ${tail(command.stderr())}`)
      return undefined
    }
    this.#note(`pid ${command.pid} ended with ${end.code ?? end.signal}: ${tail(end.stderr)}`)
    if (!isNoSuchRun(end)) for (const problem of faultsOfEnd(end)) this.#violate(`${problem}: ${tail(end.stderr)}`)
    return end
  }

  /** Leaves a run without a driver to its workers, until they have ended. */
  async #awaitWorkers(run: Run): Promise<void> {
    const { processes, limitMs, tally } = this.#around
    const until = performance.now() + limitMs
    while ((await processes.workers()).length > 0) {
      if (performance.now() > until) {
        this.#violate(`workers of ${run.id} do not end when its driver was killed`)
        return
      }
      await sleep(200)
    }
    const { code, stdout } = await processes.run(['status', run.id, '--store', this.#around.site.url, '--json'])
    const isDone = code === 0 && stdout.includes('"state":"done"')
    this.#note(`workers without a driver have ended; the run is ${isDone ? 'done' : 'not done'}`)
    if (isDone) tally.driverless++
  }

  /** With all faults lifted: resume gives the results where the run has not, and they are right. */
  async #complete(run: Run): Promise<void> {
    const { site } = this.#around
    const found = run.isDone ? await differences(site.objects, run.id, run.reference) : []
    // Whoever damages a stored result behind the back of a run that is done with it has to resume it.
    const unexplained = found.filter(({ key }) => !this.#damaged.has(`${run.id}/${key}`))
    if (unexplained.length > 0) this.#violate(`${run.id} said it is done, but ${summaryOf(unexplained)}`)
    if (run.isDone && found.length === 0) return
    for (let args = this.#resumeOf(run), left = 2; left > 0; left--) {
      const end = await this.#attempt(args, run)
      if (end === undefined) return
      if (end.code === 0) break
      if (isNoSuchRun(end) && left === 2) args = [...run.args]
      else return this.#violate(`with all faults lifted ${args[0]} of ${run.id} failed: ${tail(end.stderr)}`)
    }
    const wrong = await differences(site.objects, run.id, run.reference)
    if (wrong.length > 0) this.#violate(`after resume of ${run.id} ${summaryOf(wrong)}`)
  }

  #resumeOf(run: Run): string[] {
    return ['resume', run.id, '--store', this.#around.site.url, ...this.#settings()]
  }

  /** Causes each planned fault when its share of the work is done. Those of one group follow each other. */
  async #causeFaults(): Promise<void> {
    const groups = new Map<Fault['group'], Promise<void>>()
    const left = [...this.#step.faults]
    while (left.length > 0 && !this.#isOver) {
      const progress = await this.#progress()
      while (left[0] !== undefined && left[0].at <= progress) {
        const { fault, random } = left.shift()!
        const cause = async (): Promise<void> => {
          if (this.#isOver) return
          this.#caused.push({ kind: fault.kind, times: await fault.cause(this.#disturbed(), random) })
        }
        groups.set(fault.group, (groups.get(fault.group) ?? Promise.resolve()).then(cause))
      }
      await sleep(POLL_MS)
    }
    await Promise.all(groups.values())
  }

  /** Share of the tiles stored so far, of all runs together. */
  async #progress(): Promise<number> {
    let stored = 0
    let expected = 0
    for (const { id, reference } of this.#runs) {
      stored += await this.#around.site.progress.tiles(id)
      expected += this.#step.durability === 'full' ? reference.storedTiles : reference.tiles.size
    }
    return stored / expected
  }

  #disturbed(): Disturbed {
    const { processes, site, redis, leaseMs } = this.#around
    return {
      runIds: this.#runs.map(({ id }) => id),
      processes,
      drivers: () => this.#runs.flatMap(({ command }) => (command && !command.isOver() ? [command] : [])),
      site,
      redis,
      leaseMs,
      damaged: this.#damaged,
      isOver: () => this.#isOver,
      beside: (args) => this.#beside(args),
      lift: (undo) => this.#lifts.push(undo),
      note: (text) => this.#note(text),
    }
  }

  /** Starts a command beside the runs, to be judged when faults are lifted. */
  #beside([name = '', ...args]: readonly string[]): void {
    const settings = name === 'resume' ? this.#settings() : []
    const attempt = this.#attempt([name, ...args, '--store', this.#around.site.url, ...settings])
    this.#lifts.push(() => attempt)
  }

  async #lift(): Promise<void> {
    for (const undo of this.#lifts.splice(0)) await undo()
    this.#around.site.proxy?.disarmAll()
    this.#around.redis?.proxy.disarmAll()
    this.#note('faults lifted')
  }

  #violate(text: string): void {
    this.#violations.push(text)
    this.#note(`VIOLATION: ${text}`)
  }

  #note(text: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(2).padStart(7)
    this.#around.log(`${seconds}  ${text}`)
  }
}

/** A driver that was killed before it wrote anything has left no run. */
function isNoSuchRun({ code, stderr }: CommandEnd): boolean {
  return code === 2 && stderr.includes('there is no run')
}

/** The end of what a command said, on one line. */
function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-3).join(' | ').slice(-600)
}
