import { randomUUID } from 'node:crypto'
import { type IncomingHttpHeaders, request as send } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../servers/start-server.ts'
import { type Runner, type Sandbox, type SandboxExit, signal } from '../lambda/sandbox.ts'
import { bodyOf } from './http.ts'

const MIB = 2 ** 20
/** Longest time from the start of an instance to its listening; the platform's. */
const START_MS = 240_000

export interface InstanceSpec {
  readonly runner: Runner
  readonly environment: Readonly<Record<string, string>>
  readonly memoryMb: number
  readonly freezes: boolean
  readonly onFreeze: () => void
}

export interface Call {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface InstanceAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A port that no other instance of this process has had: whoever is late would be taken for the one that was early. */
async function ownPort(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (taken.has(port)) continue
    taken.add(port)
    return port
  }
}

const taken = new Set<number>()

/** One instance of a service: a process of its own that serves HTTP at its own port. */
export class Instance {
  readonly exited: Promise<SandboxExit>
  readonly #sandbox: Sandbox
  readonly #port: number
  readonly #spec: InstanceSpec
  #said = ''
  #log = ''
  #isFrozen = false
  isDead = false
  /** By this emulator, on purpose. */
  isKilled = false

  private constructor(spec: InstanceSpec, port: number) {
    this.#spec = spec
    this.#port = port
    this.#sandbox = spec.runner.start({
      id: randomUUID(),
      environment: { ...spec.environment, PORT: `${port}` },
      memoryBytes: spec.memoryMb * MIB,
      ephemeralBytes: spec.memoryMb * MIB,
      onOutput: (text) => {
        this.#log = `${this.#log}${text}`.slice(-4000)
      },
    })
    this.exited = this.#sandbox.exited.then((exit) => {
      this.isDead = true
      return exit
    })
  }

  /** @returns when it listens @throws with what it said when it ends before */
  static async start(spec: InstanceSpec): Promise<Instance> {
    const instance = new Instance(spec, await ownPort())
    const endsAt = performance.now() + START_MS
    while (!(await instance.#listens())) {
      if (instance.isDead || performance.now() > endsAt) {
        await instance.kill()
        throw new Error(`the container failed to start and listen on its port: ${instance.#log}`)
      }
      await sleep(10)
    }
    return instance
  }

  get pid(): number {
    return this.#sandbox.pid
  }

  /** Whether its latest answer holds this text. */
  hasSaid(text: string): boolean {
    return this.#said.includes(text)
  }

  /** One request to its end. @throws when the instance ends before it has answered */
  async call({ method, path, headers, body }: Call): Promise<InstanceAnswer> {
    if (this.#isFrozen) this.#sandbox.thaw()
    this.#isFrozen = false
    const answer = await new Promise<InstanceAnswer>((resolve, reject) => {
      const { connection: _, 'transfer-encoding': __, ...kept } = headers
      const options = { host: '127.0.0.1', port: this.#port, method, path, agent: false }
      const sent = send({ ...options, headers: { ...kept, 'content-length': body.length } }, (response) => {
        bodyOf(response).then(
          (content) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content }),
          reject,
        )
      })
      sent.on('error', reject)
      sent.end(body)
    })
    this.#said = answer.body.toString('utf8', 0, 4096)
    return answer
  }

  /** It has nothing to do, and so gets no time. */
  rest(): void {
    if (!this.#spec.freezes || this.isDead) return
    this.#isFrozen = true
    this.#sandbox.freeze()
    this.#spec.onFreeze()
  }

  /** Asks it to end, and ends it after `graceMs`. @returns whether it had to be ended */
  async terminate(graceMs: number): Promise<boolean> {
    this.isKilled = true
    this.#sandbox.thaw()
    signal(this.pid, 'SIGTERM')
    const alarm = new AbortController()
    const isForced = await Promise.race([
      this.exited.then(() => false),
      sleep(graceMs, true, { signal: alarm.signal }).catch(() => true),
    ])
    alarm.abort()
    if (isForced) await this.kill()
    return isForced
  }

  async kill(): Promise<void> {
    this.isKilled = true
    if (!this.isDead) await this.#sandbox.kill()
  }

  #listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
  }
}
