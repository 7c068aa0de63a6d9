import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isTemporaryName } from '../../src/storage/fs/temporary-name.ts'

/** The sources, whatever has been built of them: a process that a kill reaches, without a shell before it. */
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** Processes of one test file at a time; the machine may be small. */
const MAX_PROCESSES = 3

/** How a process ended and what it said. */
export interface CliResult {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Largest file that the process may write, in KiB (`ulimit -f`); writing more fails as a full disk does. */
  readonly fileLimitKiB?: number
}

/** A command under way, in a process of its own. */
export interface CliProcess {
  readonly child: ChildProcess
  readonly done: Promise<CliResult>
  /** Resolves when standard error holds the text; false when the process ended before. */
  readonly said: (text: string) => Promise<boolean>
}

let running = 0
const waiting: (() => void)[] = []

/** Starts `numpywren ARGS` as a user would. */
export function startCli(args: readonly string[], { cwd, env = {}, fileLimitKiB }: CliOptions): CliProcess {
  const { NUMPYWREN_STORE: _, ...inherited } = process.env
  const given = { cwd, env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] as const }
  const child =
    fileLimitKiB === undefined
      ? spawn(process.execPath, [main, ...args], { ...given, stdio: ['ignore', 'pipe', 'pipe'] })
      : spawn(
          'bash',
          ['-c', `ulimit -f ${fileLimitKiB}; trap '' XFSZ; exec "$0" "$@"`, process.execPath, main, ...args],
          {
            ...given,
            stdio: ['ignore', 'pipe', 'pipe'],
          },
        )
  const heard = { stdout: '', stderr: '' }
  let isOver = false
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    heard.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    heard.stderr += text
  })
  const done = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      isOver = true
      resolve({ code, signal, ...heard })
    })
  })
  const said = async (text: string): Promise<boolean> => {
    while (!heard.stderr.includes(text)) {
      if (isOver) return false
      await sleep(5)
    }
    return true
  }
  return { child, done, said }
}

/** Runs `numpywren ARGS` to its end. */
export async function cli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  if (running >= MAX_PROCESSES) await new Promise<void>((resolve) => waiting.push(resolve))
  else running++
  try {
    return await startCli(args, options).done
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

/** Runs a command that is to end well. @throws Error with what it said otherwise */
export async function succeed(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const result = await cli(args, options)
  if (result.code === 0) return result
  throw new Error(`numpywren ${args.join(' ')} ended with ${result.code ?? result.signal}: ${result.stderr}`)
}

/** Runs a command with --json and parses its one object. */
export async function json(args: readonly string[], options: CliOptions): Promise<Record<string, unknown>> {
  return oneObject((await succeed([...args, '--json'], options)).stdout)
}

/** The one JSON object that a text is. @throws SyntaxError, TypeError */
export function oneObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`no object: ${text}`)
  return value as Record<string, unknown>
}

/**
 * Every file under a folder by its path in it, with a digest of its bytes; missing folders are empty. Unfinished files,
 * which a writer that was killed may leave until a listing removes them, are not seen, as no reader sees them.
 */
export async function digests(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const file of await filesUnder(folder)) {
    if (isTemporaryName(basename(file))) continue
    const bytes = await readFile(join(folder, file))
    found[file] = createHash('sha1').update(bytes).digest('hex')
  }
  return found
}

/** Paths of the files under a folder, relative to it, sorted; missing folders are empty. */
export async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}
