import { complete, grant, isHeld, isSame } from './completion.ts'
import type { Step } from './explore.ts'
import type { Masks, Rules } from './rules.ts'
import { bit, has, type Job, type Message, members, type State, type Worker } from './state.ts'
import { step } from './step.ts'

/** What workers do, and what becomes of what they say. */
export class WorkerMoves {
  readonly #masks: Masks
  readonly #rules: Rules
  /** Tasks that a worker holds at once. */
  readonly #capacity: number
  /** Whether workers may keep results in memory. */
  readonly #keeps: boolean

  constructor(masks: Masks, rules: Rules, limits: { readonly capacity: number; readonly keeps: boolean }) {
    this.#masks = masks
    this.#rules = rules
    this.#capacity = limits.capacity
    this.#keeps = limits.keeps
  }

  *of(state: State): Generator<Step<State>> {
    for (let w = 0; w < state.workers.length; w++) {
      yield* this.#leases(state, w)
      for (let j = 0; j < state.workers[w]!.jobs.length; j++) yield* this.#works(state, w, j)
      yield* this.#buries(state, w)
      yield* this.#crashes(state, w)
    }
    for (let m = 0; m < state.messages.length; m++) yield* this.#delivers(state, m)
  }

  *#leases(state: State, w: number): Generator<Step<State>> {
    const epoch = state.coordinator
    if (epoch?.state !== 'running' || state.workers[w]!.jobs.length >= this.#capacity) return
    for (const task of members(epoch.todo & ~epoch.done)) {
      // What it has completed by its own lights it is not given again before the answer: a grant to nobody, as when an answer is lost.
      if (state.workers[w]!.jobs.some((j) => j.task === task && j.epoch === epoch.epoch && j.phase === 'sent')) continue
      const holders = epoch.holders[task]!
      if (this.#masks.isReady(epoch, task)) {
        yield step(state, `worker ${w} leases task ${task}`, undefined, (next) => this.#lease(next, w, task))
        if (state.budget.repetition > 0)
          yield step(state, `task ${task} is granted to worker ${w}; the answer is lost`, 'repetition', (next) => {
            grant(next, this.#masks, w, task)
          })
      } else if (
        state.budget.backup > 0 &&
        holders.length === 1 &&
        holders[0]!.worker !== w &&
        !has(epoch.backedUp, task)
      )
        yield step(state, `worker ${w} backs up task ${task}`, 'backup', (next) => this.#lease(next, w, task))
    }
  }

  #lease(next: State, w: number, task: number): void {
    const worker = next.workers[w]!
    const { epoch } = next.coordinator!
    if (worker.epoch !== epoch) {
      worker.epoch = epoch
      next.lost |= worker.memory & ~next.store
      if (this.#rules.emptiesMemory) worker.memory = 0
    }
    const job = grant(next, this.#masks, w, task)
    const known = worker.jobs.findIndex((j) => j.epoch === epoch && j.task === task)
    if (known < 0) worker.jobs.push(job)
    // It was slow and got its own task again: the work under way goes on with the new lease.
    else worker.jobs[known] = { ...worker.jobs[known]!, token: job.token }
  }

  /** Tiles in memory that a job may use. */
  #memoryOf(worker: Worker, job: Job | Message): number {
    return worker.epoch === job.epoch || !this.#rules.emptiesMemory ? worker.memory : 0
  }

  *#works(state: State, w: number, j: number): Generator<Step<State>> {
    const worker = state.workers[w]!
    const job = worker.jobs[j]!
    const who = `worker ${w}`
    const { task } = job
    const results = this.#masks.writes[task]!
    if (job.phase === 'leased') {
      const missing = this.#masks.reads[task]! & ~(state.store | this.#memoryOf(worker, job))
      if (missing !== 0)
        yield step(state, `${who} misses tile ${members(missing)} for task ${task}`, undefined, (next) => {
          this.#failLost(next, w, j)
        })
      else yield step(state, `${who} computes task ${task}`, undefined, (next) => this.#compute(next, w, j))
      if (state.budget.release > 0 && isHeld(state.coordinator, w, job))
        yield step(state, `${who} releases task ${task}`, 'release', (next) => this.#release(next, w, j))
    }
    if (job.phase === 'computed' || job.phase === 'refused') {
      yield step(state, `${who} stores the results of task ${task}`, undefined, (next) => {
        this.#put(next, w, results)
        next.workers[w]!.jobs[j]!.phase = 'written'
      })
      const intermediates = results & ~this.#masks.outputs
      const isInMemory = (this.#memoryOf(worker, job) & results) === results
      if (this.#keeps && job.phase === 'computed' && intermediates === results && isInMemory)
        yield step(state, `${who} offers task ${task} with its results in memory`, undefined, (next) => {
          this.#send(next, w, j, intermediates)
        })
    }
    if (job.phase === 'written' || (job.phase === 'computed' && !this.#rules.writesFirst))
      yield step(state, `${who} says that task ${task} is complete`, undefined, (next) => {
        this.#send(next, w, j, 0)
      })
  }

  #compute(next: State, w: number, j: number): void {
    const worker = next.workers[w]!
    const job = worker.jobs[j]!
    job.phase = 'computed'
    if (!this.#rules.buriesAfterCount) next.store &= ~job.sole
    if (worker.epoch !== job.epoch && this.#rules.emptiesMemory) return
    job.consumed = worker.memory & job.sole & ~next.store
    worker.memory &= ~job.sole
    worker.memory |= this.#masks.writes[job.task]!
  }

  #put(next: State, w: number, tiles: number): void {
    next.store |= tiles
    next.lost &= ~tiles
    next.workers[w]!.memory &= ~tiles
  }

  #send(next: State, w: number, j: number, unstored: number): void {
    const job = next.workers[w]!.jobs[j]!
    job.phase = 'sent'
    const { epoch, task, token } = job
    next.messages.push({ worker: w, epoch, task, token, unstored, isGhost: false })
  }

  #failLost(next: State, w: number, j: number): void {
    const [job] = next.workers[w]!.jobs.splice(j, 1)
    const epoch = next.coordinator
    if (epoch === undefined || !isHeld(epoch, w, job!)) return
    epoch.holders[job!.task] = epoch.holders[job!.task]!.filter((h) => h.token !== job!.token)
    if (epoch.holders[job!.task]!.length === 0) epoch.state = 'failed'
  }

  #release(next: State, w: number, j: number): void {
    const [job] = next.workers[w]!.jobs.splice(j, 1)
    const epoch = next.coordinator!
    const own = this.#masks.reads[job!.task]! & this.#memoryOf(next.workers[w]!, job!)
    if (this.#rules.storesBeforeRelease) this.#put(next, w, own)
    epoch.holders[job!.task] = epoch.holders[job!.task]!.filter((h) => h.token !== job!.token)
  }

  *#buries(state: State, w: number): Generator<Step<State>> {
    for (const [i, { tile, epoch }] of state.workers[w]!.burials.entries())
      yield step(state, `worker ${w} deletes tile ${tile}`, undefined, (next) => {
        next.workers[w]!.burials.splice(i, 1)
        next.workers[w]!.memory &= ~bit(tile)
        next.store &= ~bit(tile)
        // Word of the present epoch is never wrong; that of an older one may be.
        if (next.coordinator?.epoch !== epoch || next.coordinator.restored) next.lost |= bit(tile)
      })
  }

  *#crashes(state: State, w: number): Generator<Step<State>> {
    const { memory, jobs, burials } = state.workers[w]!
    if (state.budget.crash === 0 || (memory === 0 && jobs.length === 0 && burials.length === 0)) return
    yield step(state, `worker ${w} dies`, 'crash', (next) => {
      const dead = next.workers[w]!
      next.lost |= (dead.memory | dead.jobs.reduce((set, job) => set | job.consumed, 0)) & ~next.store
      next.workers[w] = { epoch: dead.epoch, memory: 0, jobs: [], burials: [] }
      next.messages = next.messages.map((m) => (m.worker === w ? { ...m, isGhost: true } : m))
    })
  }

  *#delivers(state: State, m: number): Generator<Step<State>> {
    const message = state.messages[m]!
    const text = `the completion of task ${message.task} by worker ${message.worker}`
    yield step(state, `${text} arrives`, undefined, (next) => this.#deliver(next, m, 'answered'))
    if (state.budget.repetition === 0 || message.isGhost) return
    yield step(state, `${text} arrives; the answer is lost`, 'repetition', (next) => this.#deliver(next, m, 'lost'))
    yield step(state, `${text} arrives; a copy stays on its way`, 'repetition', (next) => {
      next.messages.push({ ...message, isGhost: true })
      this.#deliver(next, m, 'answered')
    })
  }

  #deliver(next: State, m: number, answer: 'answered' | 'lost'): void {
    const message = next.messages[m]!
    const worker = next.workers[message.worker]!
    const isHeard = answer === 'answered' && !message.isGhost
    // The task that completes makes room for another.
    const take = message.isGhost ? this.#capacity : this.#capacity - worker.jobs.length + 1
    const { counted, refused, leases, dead } = complete(next, this.#masks, this.#rules, { message, take })
    if (answer === 'answered') next.messages.splice(m, 1)
    if (!isHeard) {
      if (counted) next.lost |= message.unstored & ~next.store
      return
    }
    const at = worker.jobs.findIndex((job) => isSame(job, message))
    const job = worker.jobs[at]!
    if (refused) job.phase = 'refused'
    else worker.jobs.splice(at, 1)
    worker.jobs.push(...leases)
    if (counted) for (const tile of dead) worker.burials.push({ tile, epoch: message.epoch })
    // Nobody wants what did not count.
    if (!counted && !refused && this.#memoryOf(worker, message) !== 0)
      worker.memory &= ~this.#masks.writes[message.task]!
  }
}
