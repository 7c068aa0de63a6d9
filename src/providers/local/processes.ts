import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { EventSink } from '../../events/index.ts'
import { WorkerProcessError } from '../errors.ts'
import type { ProcessContext, WorkerGroupOptions, WorkerProcesses } from '../provider.ts'

/** The command line beside these sources: as it is, or compiled. */
const main = fileURLToPath(new URL(`../../cli/main${import.meta.url.slice(-3)}`, import.meta.url))

/** Times that one worker is started again. */
const MAX_RESTARTS = 10
const RESTART_CAP_MS = 5000
/** A kernel may take long, but not for ever. */
const END_MS = 60_000
/** Of what a worker says, the end is kept for messages. */
const LAST_WORDS = 2000
/** As the command line ends when it was told nonsense. */
const WRONG_INPUT = 2

/** Worker processes on this machine. They are led away from the terminal's signals: whoever started them says when they end. */
export class LocalProcesses implements WorkerProcesses {
  readonly failed: Promise<never>
  readonly #context: ProcessContext
  readonly #options: Omit<WorkerGroupOptions, 'signal'>
  readonly #children = new Set<ChildProcess>()
  readonly #ending = new AbortController()
  #events: EventSink | undefined
  readonly #running: Promise<unknown>
  #left: number
  #fail!: (error: WorkerProcessError) => void

  constructor(context: ProcessContext, options: Omit<WorkerGroupOptions, 'signal'>) {
    this.#context = context
    this.#options = options
    this.#left = options.workers
    this.failed = new Promise((_, reject) => {
      this.#fail = reject
    })
    this.failed.catch(() => undefined)
    process.on('exit', this.#abandon)
    this.#running = Promise.all(Array.from({ length: options.workers }, (_, at) => this.#keepRunning(at + 1)))
  }

  report(events: EventSink): void {
    this.#events = events
  }

  async end(): Promise<void> {
    this.#ending.abort()
    for (const child of this.#children) child.kill('SIGTERM')
    const patience = setTimeout(() => {
      for (const child of this.#children) child.kill('SIGKILL')
    }, END_MS)
    await this.#running
    clearTimeout(patience)
    process.off('exit', this.#abandon)
  }

  /** This process is about to end in a hurry: its workers let go as well. */
  readonly #abandon = (): void => {
    for (const child of this.#children) child.kill('SIGTERM')
  }

  async #keepRunning(number: number): Promise<void> {
    const { signal } = this.#ending
    for (let restarts = 0; !signal.aborted; restarts++) {
      const { problem, isInput } = await this.#runOne()
      if (problem === undefined || signal.aborted) return
      if (isInput) this.#fail(new WorkerProcessError(problem, 'input'))
      const restarted = !isInput && restarts < MAX_RESTARTS
      const event = { type: 'worker-crashed', process: number, at: Date.now(), message: problem, restarted } as const
      this.#events?.emit(event)
      if (!restarted) {
        const message = `no worker process is left: the last one ${problem}`
        if (--this.#left === 0) this.#fail(new WorkerProcessError(message, 'fatal'))
        return
      }
      const delayMs = Math.min(100 * 2 ** restarts, RESTART_CAP_MS)
      await sleep(delayMs, undefined, { signal }).catch(() => undefined)
    }
  }

  /** @returns how the process ended, unless it ended well */
  #runOne(): Promise<{ readonly problem?: string; readonly isInput?: boolean }> {
    const { runId, storeUrl, environment } = this.#context
    const { slots, memoryBytes } = this.#options
    const args = [main, 'worker', '--run', runId, '--store', storeUrl, '--slots', `${slots}`, '--memory']
    const child = spawn(
      process.execPath,
      [...process.execArgv, ...args, `${Math.floor(memoryBytes)}`, '--idle-timeout', 'never'],
      {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      },
    )
    this.#children.add(child)
    // A worker that goes on without this process must not keep it, nor be kept by it.
    child.unref()
    let words = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = `${words}${text}`.slice(-LAST_WORDS)
    })
    return new Promise((resolve) => {
      child.on('error', (error) => {
        this.#children.delete(child)
        resolve({ problem: `could not be started: ${error.message}` })
      })
      child.on('close', (code, signal) => {
        this.#children.delete(child)
        if (code === 0) resolve({})
        else if (code === WRONG_INPUT) resolve({ problem: said(words) ?? 'refused its input', isInput: true })
        else if (signal !== null) resolve({ problem: `was ended by ${signal}` })
        else resolve({ problem: `ended with exit code ${code}: ${said(words) ?? 'it said nothing'}` })
      })
    })
  }
}

/** The last line of what a process said, without its name before it. */
function said(words: string): string | undefined {
  const lines = words.split('\n').filter((line) => line.trim() !== '')
  return lines.at(-1)?.replace(/^numpywren: /, '')
}
