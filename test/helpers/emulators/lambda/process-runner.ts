import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Runner, type Sandbox, type SandboxExit, type SandboxSpec, signal, wayOut } from './sandbox.ts'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))
/** AWS's own runtime interface client; `npm run setup -- --with-tests` puts it there. */
export const RUNTIME_CLIENT: string = join(ROOT, '.tools', 'ric', 'index.mjs')
/** As the image has it, sandboxes do not compile what another process has compiled. */
const COMPILED = process.env.NODE_COMPILE_CACHE ?? join(ROOT, 'node_modules', '.cache', 'numpywren')
const MEMORY_EVERY_MS = 50

export interface ProcessRunnerOptions {
  /** `file.export` from the task root. @default docker/lambda.handler */
  readonly handler?: string
  /** @default the checkout */
  readonly taskRoot?: string
  /** What is started. @default this Node with the runtime interface client */
  readonly command?: readonly [string, ...string[]]
}

/**
 * Sandboxes that are plain processes: no root is needed. They are frozen by SIGSTOP, and killed when they hold more memory than the function has;
 * they see this machine's files, and share its cores.
 */
export function processRunner(options: ProcessRunnerOptions = {}): Runner {
  const running = new Set<ProcessSandbox>()
  return {
    start: (spec) => {
      const sandbox = new ProcessSandbox(spec, options)
      running.add(sandbox)
      void sandbox.exited.then(() => running.delete(sandbox))
      return sandbox
    },
    close: async () => {
      await Promise.all([...running].map((sandbox) => sandbox.kill()))
    },
  }
}

class ProcessSandbox implements Sandbox {
  readonly exited: Promise<SandboxExit>
  readonly #child: ChildProcess
  readonly #limit: number
  readonly #watch: NodeJS.Timeout
  #peakBytes = 0
  #outOfMemory = false

  constructor({ environment, memoryBytes, onOutput }: SandboxSpec, options: ProcessRunnerOptions) {
    const { handler = 'docker/lambda.handler', taskRoot = ROOT, command = [process.execPath, RUNTIME_CLIENT] } = options
    const temporary = mkdtempSync(join(tmpdir(), 'numpywren-lambda-'))
    // With setpriv the kernel ends it together with the thread that started it. A group of its own, so that all of it is stopped.
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
      cwd: taskRoot,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        NODE_COMPILE_CACHE: COMPILED,
        ...environment,
        _HANDLER: handler,
        LAMBDA_TASK_ROOT: taskRoot,
        TMPDIR: temporary,
      },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.setEncoding('utf8').on('data', onOutput)
    this.#limit = memoryBytes
    this.#watch = setInterval(() => this.#look(), MEMORY_EVERY_MS).unref()
    this.exited = once(this.#child, 'exit').then(([code, signal]) => {
      clearInterval(this.#watch)
      rmSync(temporary, { recursive: true, force: true })
      return { why: wayOut(code, signal), outOfMemory: this.#outOfMemory }
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  peakBytes(): number {
    return this.#peakBytes
  }

  freeze(): void {
    this.#signal('SIGSTOP')
  }

  thaw(): void {
    this.#signal('SIGCONT')
  }

  async kill(): Promise<void> {
    this.#signal('SIGKILL')
    await this.exited
  }

  #look(): void {
    const bytes = residentBytes(this.#child.pid)
    this.#peakBytes = Math.max(this.#peakBytes, bytes)
    if (bytes <= this.#limit) return
    this.#outOfMemory = true
    this.#signal('SIGKILL')
  }

  #signal(name: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#child
    if (pid === undefined || exitCode !== null || signalCode !== null) return
    signal(-pid, name)
  }
}

/** @returns 0 for a process that is gone */
function residentBytes(pid: number | undefined): number {
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(found?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
