import { type CompiledProgram, taskId, tileId } from '../../../src/lambdapack/index.ts'
import {
  type Coordinator,
  createEmbeddedCoordinator,
  type FailureRecord,
  type Lease,
  type RunOutcome,
} from '../../../src/scheduler/index.ts'
import { explicitProgram } from '../../helpers/explicit-program.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { explicitTasks, type Graph } from './programs.ts'

/** What happens in a run, one thing after the other. Workers and tasks by number. */
export type Deed =
  | { readonly do: 'lease'; readonly worker: number; readonly task: number }
  | { readonly do: 'store' | 'complete' | 'keep' | 'expire' | 'crash' | 'miss'; readonly job: number }
  | { readonly do: 'repeat'; readonly completion: number }
  | { readonly do: 'lose'; readonly tile: string }
  | { readonly do: 'plan' }

export interface EmbeddedSetting {
  readonly graph: Graph
  readonly workers: number
  /** Whether workers may keep intermediates in memory. */
  readonly keeps: boolean
  readonly faults: { readonly crash: number; readonly expire: number; readonly repeat: number; readonly lose: number }
}

interface Job {
  readonly worker: number
  readonly lease: Lease
  /** The plan it belongs to. */
  readonly round: number
  isStored: boolean
  /** The lease ended; the worker goes on. */
  isLate: boolean
}

const leaseMs = 1000
const capacity = 2
const numberOf = (lease: Lease): number => lease.task.vars[0]!

/**
 * One run of the real coordinator with workers, a store and a driver around it that do what they are told. A state cannot be
 * copied, so whoever looks at all of them makes each anew from its deeds.
 */
export class EmbeddedRun {
  readonly #setting: EmbeddedSetting
  readonly #clock = new FakeClock()
  readonly #program: CompiledProgram
  #coordinator: Coordinator
  #round = 1
  /** Tasks done in this round. */
  #done = new Set<string>()
  #todo: ReadonlySet<string>
  readonly #stored = new Set<string>()
  /** Tiles by the worker that has them in memory only. */
  #kept: { readonly worker: number; readonly tile: string }[] = []
  /** Taken by a fault; nothing else may be missing. */
  readonly #lost = new Set<string>()
  #jobs: Job[] = []
  #completions: Job[] = []
  readonly #left: { crash: number; expire: number; repeat: number; lose: number }
  #problem: string | undefined
  #outcome: RunOutcome['state'] = 'running'
  /** Attempt of the latest grant, by task. */
  readonly #attempts = new Map<string, number>()
  isFinished = false

  constructor(setting: EmbeddedSetting) {
    this.#setting = setting
    this.#left = { ...setting.faults }
    this.#program = explicitProgram(explicitTasks(setting.graph), { S: 'intermediate', O: 'output' })
    this.#todo = this.#plan()
    this.#coordinator = this.#open()
  }

  get problem(): string | undefined {
    return this.#problem
  }

  #open(): Coordinator {
    return createEmbeddedCoordinator({
      program: this.#program,
      todo: this.#todo,
      leaseMs,
      maxAttempts: 100,
      stragglers: false,
      clock: this.#clock,
      random: () => 0.5,
    })
  }

  /** The rule of planRecovery: back from the missing outputs to the tiles that exist. */
  #plan(): ReadonlySet<string> {
    const todo = new Set<string>()
    const missing = [...this.#program.tasks()].flatMap((task) =>
      this.#program.detail(task).writes.filter((tile) => tile.matrix === 'O' && !this.#stored.has(tileId(tile))),
    )
    for (let tile = missing.pop(); tile !== undefined; tile = missing.pop()) {
      const writer = this.#program.writerOf(tile)!
      if (todo.has(taskId(writer))) continue
      todo.add(taskId(writer))
      missing.push(...this.#program.detail(writer).reads.filter((read) => !this.#stored.has(tileId(read))))
    }
    return todo
  }

  #isHeld(job: Job): boolean {
    return job.round === this.#round && !job.isLate
  }

  #reads(job: Job): string[] {
    return this.#program.detail(job.lease.task).reads.map(tileId)
  }

  #writes(job: Job): string[] {
    return this.#program.detail(job.lease.task).writes.map(tileId)
  }

  #canRead(job: Job): boolean {
    return this.#reads(job).every(
      (tile) => this.#stored.has(tile) || this.#kept.some((k) => k.worker === job.worker && k.tile === tile),
    )
  }

  /** Everything that can happen now. `fault` for what nobody can count on. */
  async deeds(): Promise<{ readonly deed: Deed; readonly isFault: boolean }[]> {
    const found: { deed: Deed; isFault: boolean }[] = []
    const add = (deed: Deed, isFault = false): void => {
      found.push({ deed, isFault })
    }
    const state = this.#outcome
    if (state === 'done' || state === 'failed') add({ do: 'plan' })
    for (let worker = 0; worker < this.#setting.workers; worker++) {
      const own = this.#jobs.filter((job) => job.worker === worker && job.round === this.#round)
      if (state !== 'running' || own.length >= capacity) continue
      for (const id of this.#ready()) add({ do: 'lease', worker, task: id })
    }
    for (const [job, entry] of this.#jobs.entries()) {
      const { isStored } = entry
      if (!isStored && this.#canRead(entry)) {
        add({ do: 'store', job })
        if (this.#setting.keeps && this.#writes(entry).every((tile) => tile.startsWith('S'))) add({ do: 'keep', job })
      } else if (!isStored) add({ do: 'miss', job })
      if (isStored) add({ do: 'complete', job })
      if (this.#left.crash > 0) add({ do: 'crash', job }, true)
      if (this.#left.expire > 0 && this.#isHeld(entry)) add({ do: 'expire', job }, true)
    }
    if (this.#left.repeat > 0)
      for (const completion of this.#completions.keys()) add({ do: 'repeat', completion }, true)
    if (this.#left.lose > 0) for (const tile of this.#stored) add({ do: 'lose', tile }, true)
    return found
  }

  /** Tasks that may be leased, by number: as the rules say, not as the coordinator does. */
  #ready(): number[] {
    const isHeld = (id: string): boolean => this.#jobs.some((job) => job.lease.id === id && this.#isHeld(job))
    return [...this.#program.tasks()]
      .filter((task) => this.#isPending(taskId(task)) && !isHeld(taskId(task)))
      .filter((task) => this.#program.parentsOf(task).every((parent) => !this.#isPending(taskId(parent))))
      .map((task) => task.vars[0]!)
  }

  async perform(deed: Deed): Promise<void> {
    switch (deed.do) {
      case 'lease':
        await this.#lease(deed.worker, deed.task)
        break
      case 'store': {
        const job = this.#jobs[deed.job]!
        job.isStored = true
        for (const tile of this.#writes(job)) this.#store(tile)
        break
      }
      case 'complete':
        await this.#complete(deed.job, [])
        break
      case 'keep':
        await this.#complete(deed.job, this.#writes(this.#jobs[deed.job]!))
        break
      case 'miss':
        await this.#miss(deed.job)
        break
      case 'crash':
        this.#left.crash--
        await this.#crash(this.#jobs[deed.job]!.worker)
        break
      case 'expire':
        this.#left.expire--
        await this.#expire((job) => job === this.#jobs[deed.job])
        break
      case 'repeat': {
        this.#left.repeat--
        const { worker, lease } = this.#completions[deed.completion]!
        const { counted } = await this.#coordinator.complete(`w${worker}`, lease)
        if (counted) this.#problem = `the completion of task ${lease.id} counted again`
        break
      }
      case 'lose':
        this.#left.lose--
        this.#stored.delete(deed.tile)
        this.#lost.add(deed.tile)
        break
      case 'plan':
        await this.#planAgain()
    }
    this.#outcome = (await this.#coordinator.outcome()).state
    this.#problem ??= await this.#check()
  }

  #store(tile: string): void {
    this.#stored.add(tile)
    this.#lost.delete(tile)
  }

  async #lease(worker: number, task: number): Promise<void> {
    const prefer = [{ statement: 0, vars: [task] }]
    const [lease] = await this.#coordinator.lease(`w${worker}`, { count: 1, prefer })
    if (lease === undefined || numberOf(lease) !== task) this.#problem = `task ${task} was ready and was not granted`
    else this.#begin(worker, lease)
  }

  #begin(worker: number, lease: Lease): void {
    this.#attempts.set(lease.id, lease.attempt)
    this.#jobs.push({ worker, lease, round: this.#round, isStored: false, isLate: false })
  }

  async #complete(at: number, unstored: readonly string[]): Promise<void> {
    const job = this.#jobs[at]!
    const { worker, lease } = job
    const room = capacity - this.#jobs.filter((j) => j.worker === worker && j.round === this.#round).length + 1
    const tiles = this.#program.detail(lease.task).writes.filter((tile) => unstored.includes(tileId(tile)))
    const isDue = this.#mayCount(job)
    const result = await this.#coordinator.complete(`w${worker}`, lease, { unstored: tiles, take: room })
    if (result.publish.length > 0) {
      job.isStored = true
      for (const tile of this.#writes(job)) this.#store(tile)
      return
    }
    this.#jobs.splice(at, 1)
    this.#completions.push(job)
    if (result.counted !== isDue)
      this.#problem = `the completion of task ${lease.id} ${isDue ? 'did not count' : 'counted, though it is done or was given to another'}`
    if (!result.counted) return
    this.#done.add(lease.id)
    for (const tile of unstored) this.#kept.push({ worker, tile })
    for (const granted of result.leases) this.#begin(worker, granted)
    for (const tile of result.dead.map(tileId)) {
      this.#stored.delete(tile)
      this.#kept = this.#kept.filter((k) => k.tile !== tile)
    }
  }

  /** A completion counts for the holder, and for a late one while nobody was given the task since. */
  #mayCount(job: Job): boolean {
    const { id, attempt } = job.lease
    if (job.round !== this.#round || this.#outcome !== 'running' || this.#done.has(id)) return false
    return this.#isHeld(job) || this.#attempts.get(id) === attempt
  }

  /** A job whose operand is nowhere gives its task back; that ends the round, if it still holds it. */
  async #miss(at: number): Promise<void> {
    const [job] = this.#jobs.splice(at, 1)
    const failure: FailureRecord = {
      tag: 'LostTileError',
      category: 'fatal',
      message: 'gone',
      lostTile: { matrix: 'S', index: [0] },
    }
    await this.#coordinator.fail(`w${job!.worker}`, job!.lease, failure)
  }

  async #crash(worker: number): Promise<void> {
    await this.#expire((job) => job.worker === worker)
    this.#jobs = this.#jobs.filter((job) => job.worker !== worker)
    for (const { tile } of this.#kept.filter((k) => k.worker === worker)) this.#lost.add(tile)
    this.#kept = this.#kept.filter((k) => k.worker !== worker)
  }

  /** Lets the leases of some jobs end and keeps all others alive. */
  async #expire(ends: (job: Job) => boolean): Promise<void> {
    const alive = this.#jobs.filter((job) => this.#isHeld(job) && !ends(job))
    const renew = async (): Promise<void> => {
      for (const { worker, lease } of alive)
        if ((await this.#coordinator.renew(`w${worker}`, [lease])).length > 0)
          this.#problem = `the lease on task ${lease.id} was lost though it was renewed`
    }
    for (let half = 0; half < 2; half++) {
      await renew()
      this.#clock.advance(leaseMs / 2)
    }
    await renew()
    for (const job of this.#jobs.filter(ends)) {
      if (this.#isHeld(job)) for (const tile of this.#keptFor(job)) this.#lost.add(tile)
      job.isLate = true
    }
  }

  #keptFor(job: Job): string[] {
    return this.#reads(job).filter((tile) => this.#kept.some((k) => k.worker === job.worker && k.tile === tile))
  }

  async #planAgain(): Promise<void> {
    await this.#coordinator.close()
    this.#todo = this.#plan()
    if (this.#todo.size === 0) this.isFinished = true
    this.#round++
    this.#done = new Set()
    // A worker that joins a round begins with nothing in memory.
    this.#kept = []
    this.#lost.clear()
    this.#completions = []
    this.#attempts.clear()
    this.#jobs = this.#jobs.filter((job) => job.isStored)
    this.#coordinator = this.#open()
  }

  /** What must hold in every state. */
  async #check(): Promise<string | undefined> {
    const state = this.#outcome
    const { done, total, ready, leased } = await this.#coordinator.counts()
    if (done !== this.#done.size || total !== this.#todo.size)
      return `the coordinator counts ${done} of ${total} tasks, not ${this.#done.size} of ${this.#todo.size}`
    const isDone = this.#done.size === this.#todo.size
    if (isDone !== (state === 'done'))
      return `${this.#done.size} of ${this.#todo.size} tasks are done, and the run is ${state}`
    if (state !== 'running') return undefined
    const held = new Set(this.#jobs.filter((job) => this.#isHeld(job)).map(({ lease }) => lease.id))
    if (leased !== held.size || ready !== this.#ready().length)
      return `the coordinator has ${ready} tasks ready and ${leased} leased, not ${this.#ready().length} and ${held.size}`
    for (const task of this.#program.tasks()) {
      const id = taskId(task)
      if (!this.#isPending(id)) continue
      for (const tile of this.#program.detail(task).reads) {
        const writer = this.#program.writerOf(tile)
        if (writer !== undefined && this.#isPending(taskId(writer))) continue
        if (!this.#isThere(tileId(tile), id)) return `task ${id} is to read ${tileId(tile)}, and that is nowhere`
      }
    }
    return undefined
  }

  /** True for a tile that is stored, that a fault took, or that the holder of its reader has in memory. */
  #isThere(tile: string, reader: string): boolean {
    if (this.#stored.has(tile) || this.#lost.has(tile)) return true
    const holder = this.#jobs.find((job) => job.lease.id === reader && this.#isHeld(job))
    return this.#kept.some((k) => k.tile === tile && k.worker === holder?.worker)
  }

  #isPending(id: string): boolean {
    return this.#todo.has(id) && !this.#done.has(id)
  }

  /** The same for runs in the same state. */
  key(): string {
    const jobs = this.#jobs.map(
      (job) => `${job.worker}.${job.lease.id}.${job.round === this.#round}${job.isStored}${job.isLate}`,
    )
    // How the coordinator sees a late completion depends on the grants since.
    const late = this.#jobs
      .filter((job) => job.isLate && job.round === this.#round)
      .map(({ lease }) => `${lease.id}.${this.#attempts.get(lease.id)! - lease.attempt}`)
    return [
      this.#round,
      this.#outcome,
      [...this.#todo].sort(),
      [...this.#done].sort(),
      [...this.#stored].sort(),
      [...this.#lost].sort(),
      this.#kept.map((k) => `${k.worker}${k.tile}`).sort(),
      jobs.sort(),
      late.sort(),
      this.#completions.map(({ lease }) => `${lease.id}.${this.#attempts.get(lease.id)! - lease.attempt}`).sort(),
      Object.values(this.#left),
      this.isFinished,
    ].join('#')
  }

  async close(): Promise<void> {
    await this.#coordinator.close()
  }
}
