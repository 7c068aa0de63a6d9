import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isNumpywrenError, type NumpywrenError } from '../../errors.ts'
import { InvocationError, PayloadTooLargeError, ThrottledError } from '../function/index.ts'

/** The function's program beside these sources: as it is, or compiled. */
const main = fileURLToPath(new URL(`../../function/main${import.meta.url.slice(-3)}`, import.meta.url))

/** A process that does not come up in this time will not. */
const START_MS = 60_000
/** Of what a process says, the end is kept for messages. */
const LAST_WORDS = 2000
const LAST_WORDS_MS = 1000

/** One process of this machine that serves the function over HTTP, one request at a time. */
export class FunctionProcess {
  readonly #child: ChildProcess
  readonly #key: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #exited: Promise<string>
  #port = 0
  #words = ''

  private constructor(child: ChildProcess, key: string) {
    this.#child = child
    this.#key = key
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#words = `${this.#words}${text}`.slice(-LAST_WORDS)
    })
    this.#exited = new Promise((resolve) => {
      child.once('error', (error) => resolve(`could not be started: ${error.message}`))
      child.once('close', (code, signal) => {
        const words = this.#words.trimEnd().split('\n').at(-1)
        resolve(signal === null ? `ended with exit code ${code}${words ? `: ${words}` : ''}` : `was ended by ${signal}`)
      })
    })
  }

  /** @throws InvocationError when it does not come up; the signal's reason */
  static async start(env: Readonly<Record<string, string>>, signal: AbortSignal | undefined): Promise<FunctionProcess> {
    const key = randomBytes(16).toString('hex')
    const child = spawn(process.execPath, [...process.execArgv, main], {
      env: { ...process.env, ...env, PORT: '0', NUMPYWREN_LOCAL_KEY: key, NUMPYWREN_PROVIDER: 'local' },
      // Its standard input is the thread that it hangs by: it ends when this process does, however that ends.
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    const started = new FunctionProcess(child, key)
    await started.#ready(signal)
    // A run that is over does not wait for its processes.
    child.unref()
    for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as { unref?: () => void } | null)?.unref?.()
    return started
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Posts a request. An aborted one goes on over there. @throws InvocationError, ThrottledError, PayloadTooLargeError; the signal's reason */
  async post(body: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<string> {
    signal?.throwIfAborted()
    try {
      const { status, text } = await this.#send(body, timeoutMs, signal)
      if (status === 200) return text
      if (status === 429) throw new ThrottledError(`the process ${this.pid} works on another request`)
      if (status === 413) throw new PayloadTooLargeError(`the process ${this.pid} does not take ${body.length} bytes`)
      throw new InvocationError(`the process ${this.pid} answered ${status}: ${text.slice(0, 200)}`, 'crashed')
    } catch (error) {
      signal?.throwIfAborted()
      throw await this.#failureOf(error, timeoutMs)
    }
  }

  kill(): void {
    this.#agent.destroy()
    this.#child.kill('SIGKILL')
  }

  /** Has it answer what it works on, and end. */
  end(): void {
    this.#agent.destroy()
    this.#child.kill('SIGTERM')
  }

  async #ready(given: AbortSignal | undefined): Promise<void> {
    const { stdout } = this.#child
    if (stdout === null) throw new InvocationError('the process of the function has no output', 'crashed')
    const time = AbortSignal.timeout(START_MS)
    const signal = given === undefined ? time : AbortSignal.any([time, given])
    const problem = await Promise.race([
      once(stdout.setEncoding('utf8'), 'data', { signal }).then(
        ([text]) => {
          this.#port = Number(/^ready (\d+)/.exec(text)?.[1])
          return this.#port > 0 ? undefined : 'does not say where it listens'
        },
        () => `was not ready after ${START_MS} ms`,
      ),
      this.#exited,
    ])
    if (problem === undefined) return
    this.kill()
    given?.throwIfAborted()
    throw new InvocationError(`a process of the function ${problem}`, 'crashed')
  }

  async #failureOf(error: unknown, timeoutMs: number): Promise<NumpywrenError> {
    if (isNumpywrenError(error)) return error
    if (!(error instanceof DOMException) || error.name !== 'TimeoutError') return this.#silence(error)
    const message = `the process ${this.pid} did not answer in ${timeoutMs} ms`
    return new InvocationError(message, 'timed-out', { cause: error })
  }

  /** A connection that ends without an answer: the process may be ending, and say why in a moment. */
  async #silence(cause: unknown): Promise<InvocationError> {
    const ended = await Promise.race([this.#exited, sleep(LAST_WORDS_MS, undefined)])
    const reason = ended ?? (cause instanceof Error ? cause.message : String(cause))
    return new InvocationError(
      `the process ${this.pid} of the function ${reason}`,
      ended === undefined ? 'unreachable' : 'crashed',
      { cause },
    )
  }

  #send(
    body: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const time = AbortSignal.timeout(timeoutMs)
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port: this.#port,
          method: 'POST',
          path: '/',
          agent: this.#agent,
          headers: {
            authorization: `Bearer ${this.#key}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          },
          signal: signal === undefined ? time : AbortSignal.any([time, signal]),
        },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
          )
          response.on('error', reject)
        },
      )
      request.on('error', (error) => reject(time.aborted ? time.reason : error))
      request.end(body)
    })
  }
}
