/** What runs one execution environment: a process of this machine, or a container from the worker image. */

export interface SandboxSpec {
  readonly id: string
  /** All variables of the platform and the function, AWS_LAMBDA_RUNTIME_API among them. */
  readonly environment: Readonly<Record<string, string>>
  readonly memoryBytes: number
  readonly ephemeralBytes: number
  /** Told what it writes to its standard output and error. */
  readonly onOutput: (text: string) => void
}

export interface SandboxExit {
  /** As the platform words it, see {@link wayOut}. */
  readonly why: string
  readonly outOfMemory: boolean
}

export interface Sandbox {
  readonly exited: Promise<SandboxExit>
  /** Of its first process, or what holds that. */
  readonly pid: number
  /** Most memory that it has used, in bytes. */
  peakBytes(): number
  /** Stops all that runs in it until {@link thaw}: no timer fires, no socket is read. */
  freeze(): void
  thaw(): void
  /** Ends it at once, frozen or not. */
  kill(): Promise<void>
}

export interface Runner {
  start(spec: SandboxSpec): Sandbox
  /** Ends what is left. */
  close(): Promise<void>
}

const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
  SIGSEGV: 'segmentation fault',
  SIGABRT: 'aborted',
}

/** `Runtime exited with error: signal: killed` and the like. */
export function wayOut(code: number | null, signal: NodeJS.Signals | null): string {
  if (code === 0) return 'Runtime exited without providing a reason'
  const how = signal === null ? `exit status ${code}` : `signal: ${SIGNALS[signal] ?? signal}`
  return `Runtime exited with error: ${how}`
}

/** Does nothing when it has ended, and its exit is about to be told. @param pid negative for a group */
export function signal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
