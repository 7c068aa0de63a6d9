import { InvocationError, ThrottledError } from '../function/index.ts'
import { FunctionProcess } from './function-process.ts'

/** A process that nobody calls for so long is ended. */
const IDLE_MS = 60_000

interface Idle {
  readonly process: FunctionProcess
  readonly reaper: NodeJS.Timeout
}

/** Processes of the function: as many as there are calls at the same time, kept for the next ones. */
export class FunctionPool {
  readonly #most: number
  readonly #timeoutMs: number
  readonly #env: Readonly<Record<string, string>>
  readonly #all = new Set<FunctionProcess>()
  readonly #idle: Idle[] = []
  #starting = 0
  #isClosed = false

  constructor(options: { readonly most: number; readonly timeoutMs: number; readonly env: Record<string, string> }) {
    this.#most = options.most
    this.#timeoutMs = options.timeoutMs
    this.#env = options.env
    process.on('exit', this.#abandon)
  }

  /** @throws as DeployedFunction.invoke */
  async invoke(body: string, signal: AbortSignal | undefined): Promise<string> {
    signal?.throwIfAborted()
    const process = this.#takeIdle() ?? (await this.#start(signal))
    try {
      const answer = await process.post(body, this.#timeoutMs, signal)
      this.#putBack(process)
      return answer
    } catch (error) {
      // It died, hangs, or works on for nobody.
      this.#drop(process)
      throw error
    }
  }

  close(): void {
    this.#isClosed = true
    process.off('exit', this.#abandon)
    this.#abandon()
    for (const { reaper } of this.#idle.splice(0)) clearTimeout(reaper)
  }

  readonly #abandon = (): void => {
    for (const process of this.#all) process.kill()
    this.#all.clear()
  }

  #takeIdle(): FunctionProcess | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.reaper)
      if (idle.process.isAlive) return idle.process
      this.#drop(idle.process)
    }
    return undefined
  }

  async #start(signal: AbortSignal | undefined): Promise<FunctionProcess> {
    if (this.#all.size + this.#starting >= this.#most)
      throw new ThrottledError(`${this.#most} processes of the function are at work, and no more are started`)
    this.#starting++
    try {
      const process = await FunctionProcess.start(this.#env, signal)
      this.#all.add(process)
      if (this.#isClosed) {
        this.#drop(process)
        throw new InvocationError('the function was closed while a process of it started', 'unreachable')
      }
      return process
    } finally {
      this.#starting--
    }
  }

  #putBack(process: FunctionProcess): void {
    if (!this.#all.has(process)) return
    const reaper = setTimeout(() => {
      this.#idle.splice(this.#idle.findIndex((idle) => idle.process === process) >>> 0, 1)
      this.#all.delete(process)
      process.end()
    }, IDLE_MS)
    reaper.unref()
    this.#idle.push({ process, reaper })
  }

  #drop(process: FunctionProcess): void {
    this.#all.delete(process)
    process.kill()
  }
}
