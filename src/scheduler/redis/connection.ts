import type { EventEmitter } from 'node:events'
import pRetry from 'p-retry'
import { InputError, isNumpywrenError } from '../../errors.ts'
import { CoordinatorUnavailableError } from '../errors.ts'
import { addressLabel, isLoopback, parseRedisUrl, type RedisAddress } from './address.ts'
import { clusterClient, duplicate, type RedisClient, singleClient } from './client.ts'
import { DamagedStateError } from './errors.ts'
import { type Fault, faultOf, saysOnlyGone } from './faults.ts'

export interface RedisConnectionOptions {
  /** How long a call is tried again while Redis is away. @default 60000 */
  readonly reconnectMs?: number | undefined
  /** The same for the first call, which finds out what is there. @default 10000 */
  readonly connectMs?: number | undefined
  /** A command without an answer for so long is sent again on a new connection. @default 10000 */
  readonly commandMs?: number | undefined
  /** Told once, in a sentence each: that a server on another machine wants no password, that it drops keys when it is full. */
  readonly onWarning?: ((message: string) => void) | undefined
}

/** In milliseconds. */
interface Times {
  readonly reconnectMs: number
  readonly commandMs: number
  /** In the place of `reconnectMs` before it was there once. */
  readonly firstMs: number
}

type Listener = (message: string) => void

/** When Redis has been away for longer than calls are patient, each further call is tried again for so long, ms. */
const LAST_PATIENCE_MS = 2000

/**
 * A way to one Redis, node or cluster, shared by all that a process does there. Calls survive lost connections: they are sent
 * again, so whatever is called must bear being carried out twice.
 */
export class RedisConnection {
  /** `host:port`, for messages. */
  readonly label: string
  readonly #client: RedisClient
  readonly #options: Times
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #closing = new AbortController()
  #subscriber: ReturnType<typeof duplicate> | undefined
  /** Why there is no connection just now. */
  #fault: Fault | undefined
  #reconnectMs: number
  /** By the monotonic clock: of the first call that failed since one succeeded. */
  #awaySince: number | undefined

  /** @internal */
  constructor(client: RedisClient, label: string, options: Times) {
    this.#client = client
    this.label = label
    this.#options = options
    this.#reconnectMs = options.firstMs
    this.#watch(client)
  }

  /** True once it was there: from now on calls are patient. */
  established(): void {
    this.#reconnectMs = this.#options.reconnectMs
  }

  /**
   * Carries out a command, again and again while it fails in passing. Redis is waited for once, not by each call anew.
   * @throws CoordinatorUnavailableError when it could not be reached for `reconnectMs`; InputError for credentials or rights that do
   * not do; DamagedStateError when keys hold something else than a script expects; the signal's reason
   */
  async call<T>(command: (client: RedisClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.#attempt(command)
    } catch (error) {
      return await this.#again(command, error, signal)
    }
  }

  /** Hears what is published on a channel until the returned function is called. Messages may be lost. */
  listen(channel: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(channel)
    if (listeners !== undefined) listeners.add(listener)
    else {
      this.#listeners.set(channel, new Set([listener]))
      this.#subscribe(channel)
    }
    return () => {
      const left = this.#listeners.get(channel)
      left?.delete(listener)
      if (left?.size !== 0) return
      this.#listeners.delete(channel)
      void this.#subscriber?.unsubscribe(channel).catch(() => undefined)
    }
  }

  /** Calls under way fail. */
  async close(): Promise<void> {
    this.#closing.abort(new CoordinatorUnavailableError(`the connection to Redis at ${this.label} was closed`))
    this.#client.disconnect()
    this.#subscriber?.disconnect()
  }

  /** @param error what the first attempt failed with */
  async #again<T>(
    command: (client: RedisClient) => Promise<T>,
    error: unknown,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const now = performance.now()
    if (this.#faultOf(error).kind === 'transient') this.#awaySince ??= now
    const patienceMs = this.#reconnectMs - (now - (this.#awaySince ?? now))
    let attempts = 0
    const attempt = (): Promise<T> => (attempts++ === 0 ? Promise.reject(error) : this.#attempt(command))
    try {
      return await pRetry(attempt, {
        retries: Number.POSITIVE_INFINITY,
        maxRetryTime: Math.max(patienceMs, LAST_PATIENCE_MS),
        minTimeout: 25,
        maxTimeout: 1000,
        randomize: true,
        signal: AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])]),
        shouldRetry: ({ error: last }) => this.#faultOf(last).kind === 'transient',
      })
    } catch (last) {
      signal?.throwIfAborted()
      throw this.#translate(last)
    }
  }

  async #attempt<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    const { commandMs } = this.#options
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`command timed out after ${commandMs} ms`)), commandMs)
    })
    try {
      const result = await Promise.race([command(this.#client), late])
      this.#fault = undefined
      this.#awaySince = undefined
      return result
    } finally {
      clearTimeout(timer)
    }
  }

  #subscribe(channel: string): void {
    if (this.#subscriber === undefined) {
      const subscriber = duplicate(this.#client)
      this.#subscriber = subscriber
      subscriber.on('error', () => undefined)
      subscriber.on('ready', () => {
        for (const name of this.#listeners.keys()) void subscriber.subscribe(name).catch(() => undefined)
      })
      subscriber.on('message', (name: string, message: string) => {
        for (const listener of this.#listeners.get(name) ?? []) listener(message)
      })
    }
    // Without messages, clients find their work by asking now and then; a connection that is made anew subscribes again.
    void this.#subscriber.subscribe(channel).catch(() => undefined)
  }

  #watch(client: EventEmitter): void {
    const note = (error: unknown): void => {
      this.#fault = faultOf(error)
    }
    client.on('error', note)
    client.on('node error', note)
  }

  #faultOf(error: unknown): Fault {
    const fault = faultOf(error)
    return saysOnlyGone(error) || fault.kind === 'transient' ? (this.#fault ?? fault) : fault
  }

  #translate(error: unknown): unknown {
    if (isNumpywrenError(error)) return error
    const { kind, reason } = this.#faultOf(error)
    if (kind === 'input') return new InputError(`Redis at ${this.label} cannot be used: ${reason}`)
    if (kind === 'damaged') return new DamagedStateError(`Redis at ${this.label}: ${reason}`)
    const seconds = this.#reconnectMs / 1000
    return new CoordinatorUnavailableError(`Redis at ${this.label} was not there for ${seconds} s: ${reason}`)
  }
}

/**
 * Connects to the Redis of a URL, `redis://[user:password@]host[:port][/database]` or `rediss://` for TLS, and finds out whether it
 * is a cluster. Authorities of certificates come from the system and NODE_EXTRA_CA_CERTS.
 * @throws InputError for a bad URL, wrong credentials, or when `ioredis` is not installed; CoordinatorUnavailableError when nothing answers
 */
export async function connectRedis(url: string, options: RedisConnectionOptions = {}): Promise<RedisConnection> {
  const address = parseRedisUrl(url)
  const { reconnectMs = 60_000, connectMs = 10_000, commandMs = 10_000, onWarning } = options
  const times = { reconnectMs, commandMs, firstMs: connectMs }
  const label = addressLabel(address)
  let connection = new RedisConnection(await singleClient(address, commandMs), label, times)
  try {
    if (await connection.call(isCluster)) {
      if (address.db !== 0) throw new InputError(`Redis at ${label} is a cluster, which has no database ${address.db}`)
      const single = connection
      connection = new RedisConnection(await clusterClient(address, commandMs), label, times)
      await single.close()
      await connection.call((client) => client.hget('npw:{hello}', 'hello'))
    } else if (address.db !== 0) await connection.call((client) => client.select(address.db))
  } catch (error) {
    await connection.close()
    throw error
  }
  connection.established()
  if (onWarning !== undefined) {
    warnOfOpenDoor(address, onWarning)
    await warnOfEviction(connection, onWarning)
  }
  return connection
}

/** Whether the node belongs to a cluster, by its greeting. */
async function isCluster(client: RedisClient): Promise<boolean> {
  const greeting: unknown = await client.call('HELLO')
  if (!Array.isArray(greeting)) return false
  return greeting[greeting.indexOf('mode') + 1] === 'cluster'
}

function warnOfOpenDoor(address: RedisAddress, onWarning: (message: string) => void): void {
  if (address.password !== undefined || isLoopback(address)) return
  onWarning(
    `Redis at ${addressLabel(address)} is on another machine and wants no password: whoever reaches it can change or end your runs`,
  )
}

async function warnOfEviction(connection: RedisConnection, onWarning: (message: string) => void): Promise<void> {
  let info: string
  try {
    info = await connection.call((client) => client.info('memory'))
  } catch {
    // A user who may not ask is not warned.
    return
  }
  const [, policy = 'noeviction'] = /^maxmemory_policy:(\S+)/m.exec(info) ?? []
  const [, limit = '0'] = /^maxmemory:(\d+)/m.exec(info) ?? []
  if (policy === 'noeviction' || limit === '0') return
  onWarning(
    `Redis at ${connection.label} drops keys when it is full (maxmemory-policy ${policy}); runs then plan again: set noeviction`,
  )
}
