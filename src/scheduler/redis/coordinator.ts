import { type Task, type TileRef, taskId, tileId } from '../../lambdapack/index.ts'
import type {
  CompleteOptions,
  CompleteResult,
  CoordinatorCounts,
  FailResult,
  FailureRecord,
  Lease,
  LeaseOptions,
  RunOutcome,
} from '../coordinator.ts'
import { Alarm } from '../embedded/alarm.ts'
import { type Clock, systemClock } from '../embedded/clock.ts'
import { decodeTask, encodeTask } from './codes.ts'
import type { RedisConnection } from './connection.ts'
import type { RedisCoordinator, RunName, TestTime } from './contract.ts'
import { Ending } from './ending.ts'
import { epochKeys, wakeChannel } from './keys.ts'
import { LeaseDesk } from './lease-desk.ts'
import type { Loader } from './loader.ts'
import {
  checkValue,
  completeReply,
  countsReply,
  failReply,
  type LeaseReply,
  parseOutcome,
  renewReply,
  type TurnReply,
} from './reply.ts'
import type { CompletionFacts, TaskFacts } from './task-facts.ts'
import { type Operation, Turns } from './turns.ts'

/** Longest time between two looks of a client that waits: messages that would wake it may be lost. */
const POLL_MS = 1000
/** Seconds for which the outcome of a run that is over can be read after a client has left. */
const KEEP_OUTCOME_SECONDS = 3600

const notCounted: CompleteResult = { counted: false, ready: [], dead: [], publish: [], leases: [] }

export interface ClientOptions extends TestTime {
  readonly connection: RedisConnection
  readonly run: RunName
  readonly epoch: string
  readonly facts: TaskFacts
  readonly loader: Loader
}

/** One client of an epoch: turns calls into operations of a script and replies into results. All state is in Redis. */
export class RedisCoordinatorClient implements RedisCoordinator {
  readonly epoch: string
  readonly #options: ClientOptions
  readonly #facts: TaskFacts
  readonly #clock: Clock
  readonly #turns: Turns
  readonly #alarm: Alarm
  readonly #ending = new Ending()
  readonly #desk: LeaseDesk
  #stopListening: (() => void) | undefined
  #closed: Promise<void> | undefined

  constructor(options: ClientOptions) {
    const { connection, run, epoch, clock = systemClock } = options
    this.epoch = epoch
    this.#options = options
    this.#facts = options.facts
    this.#clock = clock
    this.#alarm = new Alarm(clock, () => {
      this.#wake(this.#now())
    })
    this.#desk = new LeaseDesk({
      toLease: (reply, turn) => this.#lease(reply, turn),
      giveBack: (worker, leases) => void this.release(worker, leases).catch(() => undefined),
    })
    this.#turns = new Turns({
      connection,
      run,
      epoch,
      gather: (made) => this.#desk.gather(made),
      onReply: (reply) => this.#heard(reply),
      onFailure: (error) => {
        this.#desk.failAll(error)
        this.#ending.fail(error)
      },
    })
  }

  get turns(): number {
    return this.#turns.count
  }

  async lease(
    worker: string,
    options: LeaseOptions & { readonly prefer?: readonly Task[] },
  ): Promise<readonly Lease[]> {
    const { count, waitMs = 0, signal } = options
    if (count < 1 || signal?.aborted || this.#closed !== undefined) return []
    if (this.#turns.lost !== undefined) throw this.#turns.lost
    const prefer = (options.prefer ?? []).flatMap((task) => this.#facts.memberIfAny(task) ?? [])
    const waiting = this.#desk.add({ worker, count, prefer, at: this.#now(), waits: waitMs > 0 })
    if (waitMs > 0) {
      this.#listen()
      waiting.endWith(this.#clock, waitMs, signal)
    }
    this.#turns.want()
    return waiting.promise
  }

  async renew(worker: string, leases: readonly Lease[]): Promise<readonly string[]> {
    if (leases.length === 0) return []
    const { result } = await this.#call(['renew', this.#now(), worker, wireLeases(leases)])
    return checkValue(renewReply, result, 'a reply').map((place) => leases[place]!.id)
  }

  async complete(worker: string, lease: Lease, options: CompleteOptions = {}): Promise<CompleteResult> {
    const facts = this.#facts.completion(lease.task)
    const unstored = options.unstored ?? []
    const { result, reply } = await this.#call([
      'complete',
      this.#now(),
      worker,
      encodeTask(lease.task),
      lease.token,
      facts.children.map(({ wire }) => wire),
      facts.readsWire,
      unstored.map((tile) => wireUnstored(facts, tile)),
      options.take ?? 0,
    ])
    const [counted, first = [], dead = [], leases = []] = checkValue(completeReply, result, 'a reply')
    if (counted === 0) return { ...notCounted, publish: first.map((place) => unstored[place]!) }
    return {
      counted: true,
      ready: first.map((place) => facts.children[place]!.task),
      dead: [...facts.unread, ...dead.map((place) => facts.reads[place]!)],
      publish: [],
      leases: leases.map((granted) => this.#lease(granted, reply)),
    }
  }

  async fail(worker: string, lease: Lease, failure: FailureRecord): Promise<FailResult> {
    const { random = Math.random } = this.#options
    const { result } = await this.#call([
      'fail',
      this.#now(),
      worker,
      encodeTask(lease.task),
      lease.token,
      failure.category === 'transient' ? 1 : 0,
      failure.lostTile === undefined ? 0 : 1,
      JSON.stringify(failure),
      random(),
    ])
    return { willRetry: checkValue(failReply, result, 'a reply') === 1 }
  }

  async release(worker: string, leases: readonly Lease[]): Promise<void> {
    if (leases.length > 0) await this.#call(['release', this.#now(), worker, wireLeases(leases)])
  }

  async cancel(): Promise<void> {
    await this.#call(['cancel', this.#now()])
  }

  async counts(): Promise<CoordinatorCounts> {
    const { result } = await this.#call(['counts', this.#now()])
    const [total, ready, leased, done] = checkValue(countsReply, result, 'a reply')
    return { total, ready, leased, done }
  }

  async finished(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<RunOutcome> {
    options.signal?.throwIfAborted()
    if (this.#ending.outcome === undefined) {
      this.#listen()
      void this.#look().catch(() => undefined)
    }
    return this.#ending.wait(options.signal)
  }

  async outcome(): Promise<RunOutcome> {
    return this.#ending.outcome ?? (await this.#look())
  }

  /** Ends this client: its calls end, its leases expire, the run goes on. A second call joins the first. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#alarm.cancel()
    this.#stopListening?.()
    this.#desk.settleAll()
    await Promise.all([this.#turns.close(), this.#options.loader.close()])
    const { connection, run, epoch } = this.#options
    const args = [epoch, this.#turns.session, KEEP_OUTCOME_SECONDS]
    try {
      await connection.call((client) => client.npwClose(...epochKeys(run), ...args), AbortSignal.timeout(1000))
    } catch {
      // A session that nobody ends goes with the keys of its run.
    }
  }

  /** The time that an operation says: 0 for that of the server. */
  #now(): number {
    return this.#options.clock === undefined ? 0 : this.#clock.now()
  }

  #call(operation: Operation): Promise<{ readonly result: unknown; readonly reply: TurnReply }> {
    return new Promise((resolve, fail) => {
      this.#turns.add({ operation, settle: (result, reply) => resolve({ result, reply }), fail })
    })
  }

  async #look(): Promise<RunOutcome> {
    const { reply } = await this.#call(['look', this.#now()])
    return this.#outcomeOf(reply)
  }

  #outcomeOf(reply: TurnReply): RunOutcome {
    return parseOutcome(reply.outcome, () => this.#facts.firstTask())
  }

  #heard(reply: TurnReply): void {
    const outcome = this.#outcomeOf(reply)
    if (outcome.state !== 'running') {
      this.#alarm.cancel()
      this.#ending.settle(outcome)
      this.#desk.settleAll()
      return
    }
    if (this.#closed !== undefined) return
    this.#options.loader.watch(reply.loaded)
    if (this.#desk.isEmpty && !this.#ending.isAwaited) return
    const isTest = this.#options.clock !== undefined
    const now = this.#clock.now()
    const due = reply.due < 0 ? Number.POSITIVE_INFINITY : isTest ? reply.due : now + (reply.due - reply.now)
    if (isTest && due <= now) this.#wake(due)
    else this.#alarm.ringBy(Math.min(due, now + (isTest ? POLL_MS : POLL_MS * (0.75 + Math.random() / 2))))
  }

  /** Asks again for calls that wait. @param at the time at which they are due, 0 for that of the server */
  #wake(at: number): void {
    if (this.#closed !== undefined || this.#ending.outcome !== undefined) return
    this.#desk.wakeAt(at)
    if (!this.#desk.isEmpty) this.#turns.want()
    else if (this.#ending.isAwaited) void this.#look().catch(() => undefined)
  }

  #listen(): void {
    const { connection, run } = this.#options
    this.#stopListening ??= connection.listen(wakeChannel(run), (message) => {
      if (message === 'end' || message.includes(this.#turns.session)) this.#wake(this.#now())
    })
  }

  #lease([code, token, attempt, end, backup, sole]: LeaseReply, { leaseMs }: TurnReply): Lease {
    const task = decodeTask(code)
    return {
      task,
      id: taskId(task),
      token,
      attempt,
      expiresAt: end,
      leaseMs,
      backup: backup === 1,
      soleReads:
        sole === ''
          ? []
          : sole
              .split(',')
              .map(Number)
              .sort((a, b) => a - b),
      priority: this.#facts.priority(task),
    }
  }
}

function wireLeases(leases: readonly Lease[]): string[] {
  return leases.flatMap(({ task, token }) => [encodeTask(task), token])
}

/** 1 when the tile may stay unstored at all, then the places of the children that read it. */
function wireUnstored(facts: CompletionFacts, tile: TileRef): readonly number[] {
  const readers = facts.readers.get(tileId(tile))
  return readers === undefined ? [0] : [1, ...readers]
}
