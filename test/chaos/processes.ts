/** Processes of one disturbed run: commands that are started here, and whatever these start. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const numpywren = fileURLToPath(new URL('../../bin/numpywren', import.meta.url))
/** Carried by every process that descends from a command of one run. */
const MARK = 'NUMPYWREN_CHAOS_RUN'

export interface CommandEnd {
  readonly args: readonly string[]
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A command under way. */
export interface Command {
  readonly pid: number
  readonly args: readonly string[]
  readonly done: Promise<CommandEnd>
  readonly isOver: () => boolean
  readonly stderr: () => string
}

/** One process of a run that is not the command itself. */
export interface MarkedProcess {
  readonly pid: number
  readonly command: string
}

export class RunProcesses {
  readonly #mark: string
  readonly #cwd: string
  readonly #env: Readonly<Record<string, string>>
  readonly #commands = new Map<number, Command>()

  /** @param mark unique among all that runs on this machine */
  constructor(mark: string, options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }) {
    this.#mark = mark
    this.#cwd = options.cwd
    this.#env = options.env
  }

  /** Starts `numpywren ARGS` as a user would. */
  start(args: readonly string[]): Command {
    const { NUMPYWREN_STORE: _store, NUMPYWREN_COORDINATOR: _coordinator, ...inherited } = process.env
    const child = spawn(numpywren, args, {
      cwd: this.#cwd,
      env: { ...inherited, ...this.#env, [MARK]: this.#mark },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const heard = listen(child)
    let isOver = false
    const done = new Promise<CommandEnd>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', async (code, signal) => {
        isOver = true
        // Workers that outlive a killed command hold its pipes open: what it said is here soon after it, or never.
        await Promise.race([once(child, 'close'), sleep(300)])
        resolve({ args, code, signal, ...heard })
      })
    })
    const command = { pid: child.pid ?? -1, args, done, isOver: () => isOver, stderr: () => heard.stderr }
    this.#commands.set(command.pid, command)
    return command
  }

  /** Runs a command to its end. */
  async run(args: readonly string[]): Promise<CommandEnd> {
    return await this.start(args).done
  }

  /** Living worker processes: those that the commands have started, and that have not been reaped. */
  async workers(): Promise<MarkedProcess[]> {
    return (await this.all()).filter(({ pid, command }) => !this.#commands.has(pid) && command.includes('worker'))
  }

  /** Every living process of the run. */
  async all(): Promise<MarkedProcess[]> {
    const found: MarkedProcess[] = []
    for (const name of await readdir('/proc')) {
      const pid = Number(name)
      if (!Number.isInteger(pid) || pid === process.pid) continue
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
      if (!environment.split('\0').includes(`${MARK}=${this.#mark}`)) continue
      const command = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')
      if (command !== '') found.push({ pid, command: command.replaceAll('\0', ' ').trim() })
    }
    return found
  }

  /** Waits until every process has ended. @returns those that have not, after `ms` */
  async left(ms: number): Promise<MarkedProcess[]> {
    const until = performance.now() + ms
    for (;;) {
      const left = await this.all()
      if (left.length === 0 || performance.now() > until) return left
      await sleep(100)
    }
  }

  /** Ends every process of the run at once. */
  async killAll(): Promise<void> {
    for (let left = await this.all(); left.length > 0; left = await this.all()) {
      for (const { pid } of left) signal(pid, 'SIGKILL')
      await sleep(20)
    }
  }
}

/** Sends a signal. @returns false when there is no such process any more */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

function listen(child: ChildProcess): { stdout: string; stderr: string } {
  const heard = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    heard.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    heard.stderr += text
  })
  return heard
}
