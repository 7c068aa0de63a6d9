import { complete, grant, isHeld } from './completion.ts'
import type { Step, System } from './explore.ts'
import type { Graph } from './programs.ts'
import { goodRules, Masks, openEpoch, type Rules } from './rules.ts'
import {
  type Budget,
  bit,
  copy,
  copyEpoch,
  has,
  type Job,
  keyOf,
  type Message,
  members,
  noFaults,
  type State,
  type Worker,
} from './state.ts'

export interface Setting {
  readonly graph: Graph
  readonly workers: number
  /** Tasks that a worker holds at once. @default 1 */
  readonly capacity?: number
  /** Whether workers may keep results in memory. @default false */
  readonly keeps?: boolean
  readonly faults?: Partial<Budget>
  readonly rules?: Partial<Rules>
}

type Draft = Step<State>

/** Lease, compute, write, complete and recover, as a system that can be explored. */
export function protocol(setting: Setting): System<State> {
  const moves = new Moves(setting)
  return {
    initial: moves.initial(),
    steps: (state) => moves.of(state),
    key: keyOf,
    violation: (state) => moves.violation(state),
    isGoal: (state) => state.isFinished,
  }
}

class Moves {
  readonly #masks: Masks
  readonly #rules: Rules
  readonly #workers: number
  readonly #capacity: number
  readonly #keeps: boolean
  readonly #faults: Budget
  readonly #maxEpochs: number

  constructor({ graph, workers, capacity = 1, keeps = false, faults, rules }: Setting) {
    this.#masks = new Masks(graph)
    this.#rules = { ...goodRules, ...rules }
    this.#workers = workers
    this.#capacity = capacity
    this.#keeps = keeps
    this.#faults = { ...noFaults, ...faults }
    // A fault may cost several plans, as late deletions hit tiles of the next one; without end it never may.
    this.#maxEpochs = 30
  }

  initial(): State {
    const state: State = {
      coordinator: undefined,
      snapshot: undefined,
      store: 0,
      lost: 0,
      workers: Array.from({ length: this.#workers }, () => ({ epoch: 1, memory: 0, jobs: [], burials: [] })),
      messages: [],
      plans: [],
      epoch: 0,
      isFinished: false,
      budget: this.#faults,
    }
    openEpoch(state, this.#masks, this.#masks.plan(0))
    return state
  }

  *of(state: State): Generator<Draft> {
    for (let w = 0; w < state.workers.length; w++) {
      yield* this.#leases(state, w)
      for (let j = 0; j < state.workers[w]!.jobs.length; j++) yield* this.#works(state, w, j)
      yield* this.#buries(state, w)
      yield* this.#crashes(state, w)
    }
    for (let m = 0; m < state.messages.length; m++) yield* this.#delivers(state, m)
    yield* this.#expires(state)
    yield* this.#drives(state)
    yield* this.#breaks(state)
  }

  /** A step on a copy of the state. @param fault what it costs; undefined for a step that happens sooner or later */
  #step(state: State, label: string, fault: keyof Budget | undefined, change: (next: State) => void): Draft {
    const next = copy(state)
    if (fault !== undefined) next.budget[fault]--
    change(next)
    return { label, next, isFault: fault !== undefined }
  }

  *#leases(state: State, w: number): Generator<Draft> {
    const epoch = state.coordinator
    if (epoch?.state !== 'running' || state.workers[w]!.jobs.length >= this.#capacity) return
    for (const task of members(epoch.todo & ~epoch.done)) {
      // What it has completed by its own lights it is not given again before the answer: a grant to nobody, as when an answer is lost.
      if (state.workers[w]!.jobs.some((j) => j.task === task && j.epoch === epoch.epoch && j.phase === 'sent')) continue
      const holders = epoch.holders[task]!
      if (this.#masks.isReady(epoch, task)) {
        yield this.#step(state, `worker ${w} leases task ${task}`, undefined, (next) => this.#lease(next, w, task))
        if (state.budget.repetition > 0)
          yield this.#step(
            state,
            `task ${task} is granted to worker ${w}; the answer is lost`,
            'repetition',
            (next) => {
              grant(next, this.#masks, w, task)
            },
          )
      } else if (
        state.budget.backup > 0 &&
        holders.length === 1 &&
        holders[0]!.worker !== w &&
        !has(epoch.backedUp, task)
      )
        yield this.#step(state, `worker ${w} backs up task ${task}`, 'backup', (next) => this.#lease(next, w, task))
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

  *#works(state: State, w: number, j: number): Generator<Draft> {
    const worker = state.workers[w]!
    const job = worker.jobs[j]!
    const who = `worker ${w}`
    const { task } = job
    const results = this.#masks.writes[task]!
    if (job.phase === 'leased') {
      const missing = this.#masks.reads[task]! & ~(state.store | this.#memoryOf(worker, job))
      if (missing !== 0)
        yield this.#step(state, `${who} misses tile ${members(missing)} for task ${task}`, undefined, (next) => {
          this.#failLost(next, w, j)
        })
      else yield this.#step(state, `${who} computes task ${task}`, undefined, (next) => this.#compute(next, w, j))
      if (state.budget.release > 0 && isHeld(state.coordinator, w, job))
        yield this.#step(state, `${who} releases task ${task}`, 'release', (next) => this.#release(next, w, j))
    }
    if (job.phase === 'computed' || job.phase === 'refused') {
      yield this.#step(state, `${who} stores the results of task ${task}`, undefined, (next) => {
        this.#put(next, w, results)
        next.workers[w]!.jobs[j]!.phase = 'written'
      })
      const intermediates = results & ~this.#masks.outputs
      const isInMemory = (this.#memoryOf(worker, job) & results) === results
      if (this.#keeps && job.phase === 'computed' && intermediates === results && isInMemory)
        yield this.#step(state, `${who} offers task ${task} with its results in memory`, undefined, (next) => {
          this.#send(next, w, j, intermediates)
        })
    }
    if (job.phase === 'written' || (job.phase === 'computed' && !this.#rules.writesFirst))
      yield this.#step(state, `${who} says that task ${task} is complete`, undefined, (next) => {
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

  *#buries(state: State, w: number): Generator<Draft> {
    for (const [i, { tile, epoch }] of state.workers[w]!.burials.entries())
      yield this.#step(state, `worker ${w} deletes tile ${tile}`, undefined, (next) => {
        next.workers[w]!.burials.splice(i, 1)
        next.workers[w]!.memory &= ~bit(tile)
        next.store &= ~bit(tile)
        // Word of the present epoch is never wrong; that of an older one may be.
        if (next.coordinator?.epoch !== epoch || next.coordinator.restored) next.lost |= bit(tile)
      })
  }

  *#crashes(state: State, w: number): Generator<Draft> {
    const { memory, jobs, burials } = state.workers[w]!
    if (state.budget.crash === 0 || (memory === 0 && jobs.length === 0 && burials.length === 0)) return
    yield this.#step(state, `worker ${w} dies`, 'crash', (next) => {
      const dead = next.workers[w]!
      next.lost |= (dead.memory | dead.jobs.reduce((set, job) => set | job.consumed, 0)) & ~next.store
      next.workers[w] = { epoch: dead.epoch, memory: 0, jobs: [], burials: [] }
      next.messages = next.messages.map((m) => (m.worker === w ? { ...m, isGhost: true } : m))
    })
  }

  *#delivers(state: State, m: number): Generator<Draft> {
    const message = state.messages[m]!
    const text = `the completion of task ${message.task} by worker ${message.worker}`
    yield this.#step(state, `${text} arrives`, undefined, (next) => this.#deliver(next, m, 'answered'))
    if (state.budget.repetition === 0 || message.isGhost) return
    yield this.#step(state, `${text} arrives; the answer is lost`, 'repetition', (next) =>
      this.#deliver(next, m, 'lost'),
    )
    yield this.#step(state, `${text} arrives; a copy stays on its way`, 'repetition', (next) => {
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

  *#expires(state: State): Generator<Draft> {
    const epoch = state.coordinator
    if (epoch?.state !== 'running' || !this.#rules.expires) return
    for (const [task, holders] of epoch.holders.entries())
      for (const { worker, token } of holders) {
        const job = state.workers[worker]!.jobs.find((j) => isSame(j, { epoch: epoch.epoch, task, token }))
        if (job !== undefined && state.budget.expiry === 0) continue
        const label = `the lease of worker ${worker} on task ${task} ends${job === undefined ? '' : ', though it lives'}`
        yield this.#step(state, label, job === undefined ? undefined : 'expiry', (next) => {
          const now = next.coordinator!
          now.holders[task] = now.holders[task]!.filter((h) => h.token !== token)
          if (now.holders[task]!.length === 0) now.expired[task] = token
          const alone =
            job === undefined ? 0 : (this.#masks.reads[task]! & state.workers[worker]!.memory) | job.consumed
          next.lost |= alone & ~next.store
        })
      }
  }

  *#drives(state: State): Generator<Draft> {
    const { coordinator, plans, store } = state
    const isComplete = (this.#masks.outputs & ~store) === 0
    const isOver = coordinator?.state === 'done' && coordinator.epoch === state.epoch
    if (isOver && (isComplete || !this.#rules.listsBeforeDone))
      yield this.#step(state, 'the driver says done', undefined, (next) => {
        next.isFinished = true
      })
    const isNeeded = coordinator?.epoch !== state.epoch || coordinator.state === 'failed' || (isOver && !isComplete)
    if ((isNeeded && plans.length === 0) || (plans.length === 1 && state.budget.takeover > 0))
      yield this.#step(
        state,
        `${plans.length > 0 ? 'another' : 'the'} driver looks what is left`,
        plans.length > 0 ? 'takeover' : undefined,
        (next) => {
          next.plans.push(this.#plan(next))
        },
      )
    for (const [i, todo] of plans.entries()) {
      const step = this.#step(state, `a driver opens an epoch for tasks ${members(todo)}`, undefined, (next) => {
        next.plans.splice(i, 1)
        if (todo === 0 && isComplete) next.isFinished = true
        else if (todo !== 0) openEpoch(next, this.#masks, todo)
      })
      // Nobody waits for a driver that was taken for dead.
      yield { ...step, isFault: !isNeeded }
    }
  }

  #plan({ coordinator, store }: State): number {
    if (this.#rules.plansFromTiles || coordinator === undefined) return this.#masks.plan(store)
    return coordinator.todo & ~coordinator.done
  }

  *#breaks(state: State): Generator<Draft> {
    const { budget, coordinator } = state
    if (budget.loss > 0)
      for (const tile of members(state.store))
        yield this.#step(state, `the store loses tile ${tile}`, 'loss', (next) => {
          next.store &= ~bit(tile)
          next.lost |= bit(tile)
        })
    if (coordinator === undefined) return
    if (budget.flush > 0)
      yield this.#step(state, 'the coordinator is flushed', 'flush', (next) => {
        next.coordinator = undefined
      })
    if (budget.restore > 0 && state.snapshot === undefined)
      yield this.#step(state, 'the coordinator takes a snapshot', undefined, (next) => {
        next.snapshot = copyEpoch(coordinator)
      })
    if (budget.restore > 0 && state.snapshot !== undefined)
      yield this.#step(state, 'the coordinator comes back as in its snapshot', 'restore', (next) => {
        next.coordinator = { ...copyEpoch(state.snapshot!), restored: true }
        next.snapshot = undefined
      })
  }

  violation(state: State): string | undefined {
    const epoch = state.coordinator
    if (state.isFinished && (this.#masks.outputs & ~state.store) !== 0)
      return `done was said, but tile ${members(this.#masks.outputs & ~state.store)} of an output is not stored`
    if (state.epoch > this.#maxEpochs) return `${state.epoch} epochs: more plans than faults could have made necessary`
    if (epoch === undefined) return undefined
    const twice = epoch.counted.findIndex((n) => n > 1)
    if (twice >= 0) return `task ${twice} counted twice`
    if (epoch.restored) return undefined
    if (epoch.state === 'done' && (this.#masks.outputs & ~state.store & ~state.lost) !== 0)
      return 'all tasks counted, but an output is not stored'
    return epoch.state === 'running' ? this.#missingTile(state) : undefined
  }

  /** A tile that a task is still to read and that is nowhere, though no fault took it. */
  #missingTile(state: State): string | undefined {
    const epoch = state.coordinator!
    const pending = epoch.todo & ~epoch.done
    for (const [tile, writer] of this.#masks.writer.entries()) {
      const readers = members(this.#masks.pendingReaders(epoch, tile))
      if (readers.length === 0 || has(pending, writer) || has(state.store | state.lost, tile)) continue
      const isThere = state.workers.some(({ memory, jobs }, w) => {
        const own = readers.map((reader) => jobs.find((job) => job.task === reader && isHeld(epoch, w, job)))
        const consumed = own.some((job) => job !== undefined && has(job.consumed, tile))
        return own.every((job) => job !== undefined) && (has(memory, tile) || consumed)
      })
      if (!isThere) return `task ${writer} counted, task ${readers} is to read its tile ${tile}, and that is nowhere`
    }
    return undefined
  }
}

function isSame(a: Pick<Job, 'epoch' | 'task' | 'token'>, b: Pick<Message, 'epoch' | 'task' | 'token'>): boolean {
  return a.epoch === b.epoch && a.task === b.task && a.token === b.token
}
