import { setTimeout as sleep } from 'node:timers/promises'
import type { Fate } from '../lambda/doom.ts'
import type { Runner } from '../lambda/sandbox.ts'
import { type Call, Instance, type InstanceAnswer } from './instance.ts'
import type { CloudRunStats } from './options.ts'

/** What all services of a region share. */
export interface Region {
  readonly stats: CloudRunStats
  readonly fate: Fate
  readonly runner: Runner
  readonly environment: Readonly<Record<string, string>>
  readonly instances: number
  readonly coldStartMs: number
  readonly pendingMs: number
  readonly idleMs: number
  readonly graceMs: number
  readonly freezes: boolean
  /** Instances that there are at the moment. */
  running: number
}

/** A service as its newest revision has it. */
export interface RevisionSettings {
  readonly service: string
  readonly memoryMb: number
  readonly timeoutMs: number
  readonly maxInstances: number
  /** Variables, secrets filled in. */
  readonly environment: Readonly<Record<string, string>>
}

/** No instance is free, and no more may be started. */
export class NoInstanceError extends Error {}

/** The instance ended before it answered. */
export class InstanceLostError extends Error {}

interface Waiting {
  readonly admit: (instance: Instance | undefined) => void
}

/** Weight of the latest request in the mean of their times. */
const WEIGHT = 0.3

/** The instances of one revision: one request each, started as they are needed, ended when they are not. */
export class Revision {
  readonly settings: RevisionSettings
  readonly #region: Region
  readonly #all = new Set<Instance>()
  readonly #idle: { readonly instance: Instance; readonly reaper: NodeJS.Timeout }[] = []
  readonly #waiting: Waiting[] = []
  readonly #ending = new Set<Promise<unknown>>()
  #starting = 0
  #busy = 0
  #usualMs = 200
  #isRetired = false

  constructor(settings: RevisionSettings, region: Region) {
    this.settings = settings
    this.#region = region
  }

  /**
   * Has one instance serve the request.
   * @param onCut called when the caller's connection is to be reset
   * @throws NoInstanceError, InstanceLostError
   */
  async serve(call: Call, onCut: () => void): Promise<InstanceAnswer> {
    const { stats, fate } = this.#region
    const instance = await this.#take()
    stats.requests++
    this.#busy++
    stats.peakConcurrency = Math.max(stats.peakConcurrency, this.#busy)
    const doom = fate.doom()
    const startedAt = performance.now()
    let isStruck = false
    const strike = async (): Promise<void> => {
      if (isStruck || doom === undefined) return
      isStruck = true
      if (doom.kind === 'cut') {
        stats.cuts++
        onCut()
      } else {
        stats.kills++
        await instance.kill()
      }
    }
    const alarm = doom && setTimeout(() => void strike(), doom.at * this.#usualMs)
    try {
      const answer = await instance.call(call)
      // Who is doomed does not escape by being quick.
      await strike()
      if (instance.isKilled) throw new InstanceLostError()
      this.#usualMs += WEIGHT * (performance.now() - startedAt - this.#usualMs)
      return answer
    } catch (cause) {
      // Its connection ends before it has: put back, it would be given to the next.
      await Promise.race([instance.exited, sleep(1000, undefined, { ref: false })])
      await instance.kill()
      throw new InstanceLostError('the instance ended before it answered', { cause })
    } finally {
      clearTimeout(alarm)
      this.#busy--
      this.#putBack(instance)
    }
  }

  pidOf(text: string): number | undefined {
    return [...this.#all].find((instance) => !instance.isDead && instance.hasSaid(text))?.pid
  }

  /** Ends its instances as they become idle: another revision has taken its place. */
  retire(): void {
    this.#isRetired = true
    for (const { instance, reaper } of this.#idle.splice(0)) {
      clearTimeout(reaper)
      this.#terminate(instance)
    }
  }

  async close(): Promise<void> {
    this.#isRetired = true
    for (const { reaper } of this.#idle.splice(0)) clearTimeout(reaper)
    await Promise.all([...this.#all].map((instance) => instance.kill()))
    await Promise.all(this.#ending)
  }

  async #take(): Promise<Instance> {
    const idle = this.#idle.pop()
    if (idle) {
      clearTimeout(idle.reaper)
      return idle.instance
    }
    const { running, instances, pendingMs, stats } = this.#region
    if (this.#all.size + this.#starting < this.settings.maxInstances && running < instances) return await this.#start()
    const freed = await new Promise<Instance | undefined>((admit) => {
      const waiting = { admit }
      this.#waiting.push(waiting)
      setTimeout(() => {
        const at = this.#waiting.indexOf(waiting)
        if (at >= 0) this.#waiting.splice(at, 1)
        admit(undefined)
      }, pendingMs)
    })
    if (freed) return freed
    stats.throttles++
    throw new NoInstanceError()
  }

  async #start(): Promise<Instance> {
    const region = this.#region
    const { stats, runner, coldStartMs, freezes } = region
    stats.coldStarts++
    region.running++
    this.#starting++
    try {
      await new Promise((resolve) => setTimeout(resolve, coldStartMs))
      const { memoryMb, environment } = this.settings
      const onFreeze = (): void => void stats.freezes++
      const variables = { ...region.environment, ...environment }
      const instance = await Instance.start({ runner, environment: variables, memoryMb, freezes, onFreeze })
      this.#all.add(instance)
      void instance.exited.then(({ outOfMemory }) => {
        region.running--
        this.#remove(instance)
        if (outOfMemory) stats.outOfMemory++
        else if (!instance.isKilled) stats.exits++
      })
      return instance
    } catch (cause) {
      region.running--
      throw new InstanceLostError((cause as Error).message, { cause })
    } finally {
      this.#starting--
    }
  }

  #putBack(instance: Instance): void {
    if (instance.isDead || instance.isKilled) return
    if (this.#isRetired) {
      this.#terminate(instance)
      return
    }
    const next = this.#waiting.shift()
    if (next) {
      next.admit(instance)
      return
    }
    instance.rest()
    const reaper = setTimeout(() => {
      this.#remove(instance)
      this.#terminate(instance)
    }, this.#region.idleMs)
    this.#idle.push({ instance, reaper: reaper.unref() })
  }

  #terminate(instance: Instance): void {
    const { stats, graceMs } = this.#region
    stats.terminated++
    const ended = instance.terminate(graceMs).then((isForced) => {
      if (isForced) stats.forced++
      this.#ending.delete(ended)
    })
    this.#ending.add(ended)
  }

  #remove(instance: Instance): void {
    if (instance.isDead) this.#all.delete(instance)
    const at = this.#idle.findIndex((entry) => entry.instance === instance)
    if (at >= 0) clearTimeout(this.#idle.splice(at, 1)[0]?.reaper)
  }
}
