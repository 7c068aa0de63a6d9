import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Ending, exited, failed, timedOut } from './ending.ts'
import { InvocationLog } from './invocation-log.ts'
import type { EmulatedFunction } from './options.ts'
import { RuntimeApi } from './runtime-api.ts'
import type { Runner, Sandbox, SandboxExit } from './sandbox.ts'

export interface EnvironmentOptions {
  readonly function: EmulatedFunction
  readonly runner: Runner
  /** Variables of the platform for the role. */
  readonly role: Readonly<Record<string, string>>
  readonly coldStartMs: number
  readonly initMs: number
  readonly onFreeze: () => void
  readonly onExit: (environment: Environment, exit: SandboxExit) => void
  readonly onTimeout: () => void
}

export interface Invocation {
  readonly requestId: string
  readonly payload: Buffer
}

interface Running extends Invocation {
  readonly end: (ending: Ending) => void
  answer?: Ending
  alarm?: NodeJS.Timeout
  deliveredAt?: number
}

const MB = 2 ** 20

/** One execution environment: runs one invocation at a time, and nothing at all between two. */
export class Environment {
  readonly #options: EnvironmentOptions
  readonly #api: RuntimeApi
  readonly #sandbox: Sandbox
  readonly #log = new InvocationLog()
  readonly #startedAt = performance.now()
  #initMs: number | undefined
  #running: Running | undefined
  #initError: Ending | undefined
  #isFrozen = false
  #isDead = false
  #said: Buffer = Buffer.alloc(0)
  #isKilled = false

  private constructor(options: EnvironmentOptions, api: RuntimeApi, id: string) {
    this.#options = options
    this.#api = api
    this.#sandbox = options.runner.start({
      id,
      environment: variables(options, api.address, id),
      memoryBytes: options.function.memoryMb * MB,
      ephemeralBytes: (options.function.ephemeralMb ?? 512) * MB,
      onOutput: (text) => this.#log.add(text),
    })
    api.handlers = {
      onNext: () => this.#polled(),
      onEnding: (requestId, ending) => this.#answered(requestId, ending),
      onInitError: (ending) => {
        this.#initError = ending
      },
    }
    const init = setTimeout(() => {
      this.#initError = failed('Sandbox.Timedout', `Error: the start took more than ${options.initMs} ms`)
      void this.kill()
    }, options.initMs)
    void api.firstPoll.then(() => clearTimeout(init))
    void this.#sandbox.exited.then((exit) => {
      clearTimeout(init)
      this.#ended(exit)
    })
  }

  static async start(options: EnvironmentOptions): Promise<Environment> {
    await sleep(options.coldStartMs)
    return new Environment(options, await RuntimeApi.listen(), randomUUID())
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** Ended by the emulator. */
  get isKilled(): boolean {
    return this.#isKilled
  }

  get pid(): number {
    return this.#sandbox.pid
  }

  /** Whether its latest answer holds this text. */
  hasSaid(text: string): boolean {
    return this.#said.includes(text)
  }

  /** Runs an invocation: from here until it ends, the environment is busy. */
  run(invocation: Invocation): Promise<Ending> {
    const { promise, resolve } = Promise.withResolvers<Ending>()
    this.#running = { ...invocation, end: resolve }
    this.#log.begin(invocation.requestId)
    if (this.#isDead)
      this.#finish(this.#initError ?? exited(invocation.requestId, 'Runtime exited without providing a reason'))
    else this.#deliver()
    return promise
  }

  /** The end of the log of the invocation that ended last. */
  tail(): string {
    return this.#log.tail()
  }

  async kill(): Promise<void> {
    this.#isKilled = true
    await this.#sandbox.kill()
  }

  #polled(): void {
    this.#initMs ??= performance.now() - this.#startedAt
    const { answer } = this.#running ?? {}
    if (answer) this.#finish(answer)
    if (this.#running) this.#deliver()
    else this.#freeze()
  }

  #freeze(): void {
    this.#isFrozen = true
    this.#sandbox.freeze()
    this.#options.onFreeze()
  }

  /** Hands over the invocation as soon as the function asks for one. */
  #deliver(): void {
    const running = this.#running
    if (!running || !this.#api.isPolled) return
    if (this.#isFrozen) this.#sandbox.thaw()
    this.#isFrozen = false
    const { name, timeoutS } = this.#options.function
    const timeoutMs = timeoutS * 1000
    running.deliveredAt = performance.now()
    running.alarm = setTimeout(() => void this.#expired(running, timeoutMs), timeoutMs)
    this.#api.deliver(running.payload, {
      'lambda-runtime-aws-request-id': running.requestId,
      'lambda-runtime-deadline-ms': `${Date.now() + timeoutMs}`,
      'lambda-runtime-invoked-function-arn': arnOf(name),
      'lambda-runtime-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')};Sampled=0`,
    })
  }

  #answered(requestId: string, ending: Ending): boolean {
    const running = this.#running
    if (running?.requestId !== requestId) return false
    // The first counts: after an answer that was too large the runtime interface client tells an error as well.
    running.answer ??= ending
    return true
  }

  async #expired(running: Running, timeoutMs: number): Promise<void> {
    if (this.#running !== running) return
    // What was answered in time counts, although the function did not come back for more.
    running.answer ??= timedOut(running.requestId, timeoutMs)
    this.#options.onTimeout()
    await this.kill()
  }

  #ended(exit: SandboxExit): void {
    this.#isDead = true
    this.#api.close()
    this.#options.onExit(this, exit)
    if (this.#running)
      this.#finish(this.#running.answer ?? this.#initError ?? exited(this.#running.requestId, exit.why))
  }

  #finish(ending: Ending): void {
    const running = this.#running
    if (!running) return
    this.#running = undefined
    this.#said = ending.body
    clearTimeout(running.alarm)
    const { memoryMb } = this.#options.function
    this.#log.end(running.requestId, {
      durationMs: performance.now() - (running.deliveredAt ?? performance.now()),
      initMs: this.#initMs,
      memoryMb,
      peakMb: Math.min(memoryMb, Math.ceil(this.#sandbox.peakBytes() / MB)),
    })
    running.end(ending)
  }
}

export const arnOf = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`

function variables({ function: called, role }: EnvironmentOptions, api: string, id: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    ...role,
    ...called.environment,
    AWS_LAMBDA_FUNCTION_NAME: called.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${called.memoryMb}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${called.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `2026/01/01/[$LATEST]${id.replaceAll('-', '')}`,
    AWS_LAMBDA_RUNTIME_API: api,
  }
}
