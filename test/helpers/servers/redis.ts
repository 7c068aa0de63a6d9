import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Server, startServer, type Teardown } from './start-server.ts'

const run = promisify(execFile)

export interface RedisServer extends Server {
  /** `redis://127.0.0.1:port`; other schemes and credentials are the caller's to add. */
  readonly url: string
  /** Folder of the server, fresh, removed in the end. */
  readonly folder: string
  /** Runs redis-cli and gives what it prints. */
  cli(...args: readonly string[]): Promise<string>
}

export interface RedisServerOptions {
  /** `none` keeps nothing over a restart; `always` writes everything before it answers; `snapshots` keeps what SAVE wrote last. @default none */
  readonly persistence?: 'none' | 'always' | 'snapshots'
  /** More options of redis-server, such as `['--maxmemory', '2mb']`. */
  readonly args?: readonly string[]
  /** Options that redis-cli needs to enter, such as `['--tls', '--insecure']`. */
  readonly cliArgs?: readonly string[]
}

/** Starts a redis-server of its own on a free loopback port in a fresh folder. */
export async function startRedis(t: Teardown, options: RedisServerOptions = {}): Promise<RedisServer> {
  const { persistence = 'none', args = [], cliArgs = [] } = options
  const folder = await mkdtemp(join(tmpdir(), 'npw-redis-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const cli = async (port: number, more: readonly string[]): Promise<string> =>
    (await run('redis-cli', ['-p', String(port), ...cliArgs, ...more])).stdout.trim()
  const isTls = args.includes('--tls-port')
  const server = await startServer(t, {
    program: 'redis-server',
    args: (port) => [
      ...(isTls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)]),
      ...['--bind', '127.0.0.1', '--dir', folder, '--save', '', '--daemonize', 'no'],
      ...(persistence === 'always' ? ['--appendonly', 'yes', '--appendfsync', 'always'] : []),
      ...args.filter((arg, i) => arg !== '--tls-port' && args[i - 1] !== '--tls-port'),
    ],
    isReady: (port) => answers(port, isTls),
  })
  return {
    ...server,
    get pid() {
      return server.pid
    },
    url: `redis://127.0.0.1:${server.port}`,
    folder,
    cli: (...more) => cli(server.port, more),
  }
}

/** Starts a cluster of three masters; its first node's server stands for it. */
export async function startRedisCluster(t: Teardown): Promise<readonly RedisServer[]> {
  const nodes = await Promise.all(
    Array.from({ length: 3 }, () =>
      startRedis(t, { args: ['--cluster-enabled', 'yes', '--cluster-node-timeout', '15000'] }),
    ),
  )
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
  await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes'])
  for (const node of nodes)
    while (!(await node.cli('CLUSTER', 'INFO')).includes('cluster_state:ok')) await new Promise(setImmediate)
  return nodes
}

/** True when the server says something to a PING, be it that it wants a password; with TLS, when it takes connections. */
function answers(port: number, isTls: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('error', () => end(false))
    socket.on('connect', () => (isTls ? end(true) : socket.write('PING\r\n')))
    socket.on('data', (data) => end(!data.includes('LOADING')))
  })
}
