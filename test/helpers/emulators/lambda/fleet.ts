import type { Doom, Fate } from './doom.ts'
import { type Ending, exited } from './ending.ts'
import { Environment, type Invocation } from './environment.ts'
import { ServiceError, throttled } from './errors.ts'
import type { EmulatedFunction, LambdaStats } from './options.ts'
import { type Runner, wayOut } from './sandbox.ts'

/** What all functions of an account share. */
export interface Account {
  readonly stats: LambdaStats
  readonly fate: Fate
  readonly runner: Runner
  readonly role: () => Readonly<Record<string, string>>
  readonly concurrency: number
  readonly ramp: { readonly sandboxes: number; readonly perMs: number }
  readonly coldStartMs: number
  readonly initMs: number
  readonly idleMs: number
  /** Invocations that run at the moment. */
  running: number
}

/** An invocation's ending with the tail of its log. */
export interface Ended {
  readonly ending: Ending
  readonly log: string
}

/** How much the latest invocation weighs in the mean of their times. */
const WEIGHT = 0.3

/** The environments of one function as it is configured at the moment. */
export class Fleet {
  readonly function: EmulatedFunction
  readonly #account: Account
  readonly #idle: { readonly environment: Environment; readonly reaper: NodeJS.Timeout }[] = []
  readonly #all = new Set<Environment>()
  readonly #starts: number[] = []
  #running = 0
  #usualMs = 200
  #isRetired = false

  constructor(called: EmulatedFunction, account: Account) {
    this.function = called
    this.#account = account
  }

  /**
   * Runs an invocation in an environment of its own, a warm one where there is one.
   * @param onCut called when the caller's connection is to be reset
   * @throws ServiceError when it is not admitted, or the machine below is lost
   */
  async invoke(invocation: Invocation, onCut: () => void): Promise<Ended> {
    const isWarm = this.#admit()
    const { stats, fate } = this.#account
    this.#running++
    this.#account.running++
    stats.invocations++
    stats.peakConcurrency = Math.max(stats.peakConcurrency, this.#account.running)
    const doom = fate.doom()
    try {
      const environment = isWarm ? this.#takeIdle() : await this.#start()
      const startedAt = performance.now()
      const ending = await (doom ? this.#runDoomed(environment, invocation, doom, onCut) : environment.run(invocation))
      if (doom === undefined) this.#usualMs += WEIGHT * (performance.now() - startedAt - this.#usualMs)
      this.#putBack(environment)
      return { ending, log: environment.tail() }
    } finally {
      this.#running--
      this.#account.running--
    }
  }

  async #runDoomed(environment: Environment, invocation: Invocation, doom: Doom, onCut: () => void): Promise<Ending> {
    const { stats } = this.#account
    const { promise: struck, resolve } = Promise.withResolvers<void>()
    const alarm = setTimeout(resolve, doom.at * this.#usualMs)
    const running = environment.run(invocation)
    await Promise.race([struck, running])
    clearTimeout(alarm)
    if (doom.kind === 'cut') {
      stats.cuts++
      onCut()
      return await running
    }
    await environment.kill()
    await running
    if (doom.kind === 'kill') {
      stats.kills++
      return exited(invocation.requestId, wayOut(null, 'SIGKILL'))
    }
    stats.lostHosts++
    throw new ServiceError(500, 'ServiceException', 'The service encountered an internal error.')
  }

  /** Process of the environment whose latest answer holds this text. */
  pidOf(text: string): number | undefined {
    return [...this.#all].find((environment) => environment.hasSaid(text))?.pid
  }

  /** Takes its environments away as they become idle. */
  retire(): void {
    this.#isRetired = true
    for (const { environment, reaper } of this.#idle.splice(0)) {
      clearTimeout(reaper)
      void environment.kill()
    }
  }

  async close(): Promise<void> {
    this.retire()
    await Promise.all([...this.#all].map((environment) => environment.kill()))
  }

  /** @returns whether a warm environment waits @throws ServiceError */
  #admit(): boolean {
    const { concurrency: reserved } = this.function
    const { ramp, concurrency, stats } = this.#account
    const refuse = (reason: Parameters<typeof throttled>[0]): never => {
      stats.throttles++
      throw throttled(reason)
    }
    if (reserved !== undefined && this.#running >= reserved) refuse('ReservedFunctionConcurrentInvocationLimitExceeded')
    if (this.#account.running >= concurrency) refuse('ConcurrentInvocationLimitExceeded')
    if (this.#idle.length > 0) return true
    const now = performance.now()
    while (this.#starts.length > 0 && (this.#starts[0] ?? 0) <= now - ramp.perMs) this.#starts.shift()
    if (this.#starts.length >= ramp.sandboxes) refuse('FunctionInvocationRateLimitExceeded')
    this.#starts.push(now)
    return false
  }

  #takeIdle(): Environment {
    const taken = this.#idle.pop()
    if (!taken) throw new Error('no environment is idle')
    clearTimeout(taken.reaper)
    return taken.environment
  }

  async #start(): Promise<Environment> {
    const { stats, runner, role, coldStartMs, initMs } = this.#account
    stats.coldStarts++
    const environment = await Environment.start({
      ...{ function: this.function, runner, role: role(), coldStartMs, initMs },
      onFreeze: () => stats.freezes++,
      onTimeout: () => stats.timeouts++,
      onExit: (gone, { outOfMemory }) => {
        this.#remove(gone)
        if (outOfMemory) stats.outOfMemory++
        else if (!gone.isKilled) stats.exits++
      },
    })
    this.#all.add(environment)
    return environment
  }

  #putBack(environment: Environment): void {
    if (environment.isDead) return
    if (this.#isRetired) return void environment.kill()
    const { idleMs, stats } = this.#account
    const reaper = setTimeout(() => {
      stats.reaped++
      this.#remove(environment)
      void environment.kill()
    }, idleMs)
    this.#idle.push({ environment, reaper: reaper.unref() })
  }

  #remove(environment: Environment): void {
    this.#all.delete(environment)
    const at = this.#idle.findIndex((entry) => entry.environment === environment)
    if (at >= 0) clearTimeout(this.#idle.splice(at, 1)[0]?.reaper)
  }
}
