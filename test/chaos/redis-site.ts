/** One Redis of the chaos run, with a proxy before it and its memory on disk behind it. */

import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { RedisFaultProxy } from '../helpers/servers/fault-proxy-redis.ts'
import { type Server, startServer, type Teardown } from '../helpers/servers/start-server.ts'

/** The latest that an answer of Redis comes, on a machine that is busy. */
const ANSWER_MS = 10_000

export class RedisSite {
  readonly proxy: RedisFaultProxy
  readonly #server: Server
  readonly #folder: string

  private constructor(parts: { readonly server: Server; readonly folder: string; readonly proxy: RedisFaultProxy }) {
    this.#server = parts.server
    this.#folder = parts.folder
    this.proxy = parts.proxy
  }

  /** @param parent folder to keep the server's files in */
  static async start(scope: Teardown, parent: string): Promise<RedisSite> {
    const folder = await mkdtemp(join(parent, 'redis-'))
    await mkdir(join(folder, 'data'))
    const server = await startServer(scope, {
      program: 'redis-server',
      args: (port) => [
        ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', join(folder, 'data')],
        ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'],
      ],
      isReady: async (port) => (await ask(port, 'PING')) === '+PONG',
    })
    const proxy = await RedisFaultProxy.start({ host: '127.0.0.1', port: server.port })
    scope.teardown(() => proxy.close())
    return new RedisSite({ server, folder, proxy })
  }

  /** Where commands find it, through the proxy. */
  get url(): string {
    return this.proxy.url
  }

  /** Starts the server with what its files hold, and waits until it answers. */
  async begin(): Promise<void> {
    await mkdir(this.#data, { recursive: true })
    await this.#server.restart()
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#server.kill()
  }

  /** Forgets what is on disk; the server must be dead. */
  async forget(): Promise<void> {
    await rm(this.#data, { recursive: true, force: true })
  }

  /** Keeps what is on disk as it is now. @returns how to put it back; the server must be dead then */
  async snapshot(): Promise<() => Promise<void>> {
    const copy = await mkdtemp(join(this.#folder, 'old-'))
    await cp(this.#data, copy, { recursive: true })
    return async () => {
      await this.forget()
      await cp(copy, this.#data, { recursive: true })
    }
  }

  /** Gives commands on a connection of its own. */
  async tell(...commands: readonly string[]): Promise<void> {
    for (const command of commands) await ask(this.#server.port, command)
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }
}

/** The first line of the answer to an inline command. */
async function ask(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  try {
    socket.write(`${command}\r\n`)
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(ANSWER_MS) })) as [Buffer]
    return answer.toString('latin1').split('\r\n', 1)[0] ?? ''
  } finally {
    socket.destroy()
  }
}
