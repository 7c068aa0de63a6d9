import { spawn } from 'node:child_process'

export interface CommandResult {
  /** Exit code; `undefined` when it could not start or was killed. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Runs a program to its end and gives what it printed; one that cannot start gives no code and the reason on stderr. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...options.env }
    const child = spawn(program, args, { env, cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    const stdout: string[] = []
    const stderr: string[] = []
    child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
    child.on('error', (error) => resolve({ code: undefined, stdout: '', stderr: error.message }))
    child.on('close', (code) => resolve({ code: code ?? undefined, stdout: stdout.join(''), stderr: stderr.join('') }))
  })
}

/** The last line that a program printed: where Python, apt and compilers put the reason. */
export function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? ''
}
