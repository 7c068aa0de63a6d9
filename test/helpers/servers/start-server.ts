import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Time for a server to answer after its start, on a machine that is busy. */
const START_MS = 60_000

/** What undoes itself in the end: a test of ava, or a scope of the caller's own. */
export interface Teardown {
  readonly teardown: (undo: () => unknown) => void
}

export interface ServerOptions {
  /** Name of the program: in `.tools/bin` of the checkout (`npm run setup -- --with-tests` puts it there), else on the PATH. */
  readonly program: string
  readonly args: (port: number) => readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** True when the server answers at this port. */
  readonly isReady: (port: number) => Promise<boolean>
}

/** A server on a loopback port. It ends with the thread that started it, whatever ends that. */
export interface Server {
  readonly port: number
  readonly pid: number
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>
  /** Starts it again at the same port. */
  restart(): Promise<void>
}

/** Starts a server on a free port and waits until it answers; ends it in the end. */
export async function startServer(t: Teardown, options: ServerOptions): Promise<Server> {
  let child: ChildProcess | undefined
  const port = await freePort()
  const kill = async (): Promise<void> => {
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  t.teardown(kill)
  child = await start(port, options)
  return {
    port,
    get pid() {
      return child?.pid ?? 0
    },
    kill,
    restart: async () => {
      await kill()
      child = await start(port, options)
    },
  }
}

async function start(port: number, { program, args, env, isReady }: ServerOptions): Promise<ChildProcess> {
  // With setpriv the kernel ends the server together with the thread that started it.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', installed(program), ...args(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000)
  })
  const failure = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => reject(new Error(`${program} ended with ${code ?? signal}: ${said}`)))
  })
  failure.catch(() => {})
  try {
    await Promise.race([failure, untilReady(port, isReady, program)])
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return child
}

async function untilReady(port: number, isReady: ServerOptions['isReady'], program: string): Promise<void> {
  const endsAt = performance.now() + START_MS
  while (!(await isReady(port).catch(() => false))) {
    if (performance.now() > endsAt) throw new Error(`${program} did not answer in ${START_MS} ms`)
    await sleep(25)
  }
}

/** Path of a program of {@link ServerOptions}. */
export function installed(program: string): string {
  const own = fileURLToPath(new URL(`../../../.tools/bin/${program}`, import.meta.url))
  return existsSync(own) ? own : program
}

/**
 * A port that nobody listens at. Not one that the system would give away: by the time it is used, or used again by a server that is
 * restarted, a connection of any process could have it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(randomInt(LEAST_PORT, MOST_PORT), '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch {
      continue
    }
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    return port
  }
}

/** From 32,768 on Linux takes ports for connections (net.ipv4.ip_local_port_range); nodes of a Redis cluster also listen 10,000 above theirs. */
const [LEAST_PORT, MOST_PORT] = [10_000, 22_000]
