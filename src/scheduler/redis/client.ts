/** Makes the ioredis clients of a connection. The package is loaded on first use. */

import { isIP } from 'node:net'
import type { Cluster, ClusterOptions, Redis, RedisOptions } from 'ioredis'
import { InputError } from '../../errors.ts'
import type { RedisAddress } from './address.ts'
import { loadScripts, type ScriptName } from './scripts.ts'

type Scripts = Record<ScriptName, (...args: readonly (string | number)[]) => Promise<unknown>>

export type RedisClient = (Redis | Cluster) & Scripts

type NodeOptions = Pick<
  RedisOptions,
  | 'username'
  | 'password'
  | 'tls'
  | 'connectTimeout'
  | 'socketTimeout'
  | 'maxRetriesPerRequest'
  | 'autoResendUnfulfilledCommands'
  | 'enableReadyCheck'
  | 'disableClientInfo'
  | 'lazyConnect'
  | 'reconnectOnError'
>

/** Longest pause before a connection that was lost is made again, ms. */
const MAX_PAUSE_MS = 2000

function pauseMs(times: number): number {
  return Math.min(MAX_PAUSE_MS, 50 * 2 ** (times - 1)) * (0.5 + Math.random() / 2)
}

async function loadPackage(): Promise<Pick<typeof import('ioredis'), 'Redis' | 'Cluster'>> {
  try {
    return await import('ioredis')
  } catch (error) {
    throw new InputError("a coordinator in Redis needs the npm package 'ioredis': npm install ioredis", {
      cause: error,
    })
  }
}

/** What single nodes and the nodes of a cluster have in common. @param silenceMs without any data while replies are due, the connection is cut */
function commonOptions(address: RedisAddress, silenceMs: number): NodeOptions {
  return {
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.tls ? { tls: isIP(address.host) === 0 ? { servername: address.host } : {} } : {}),
    connectTimeout: silenceMs,
    socketTimeout: silenceMs,
    // What was not answered fails at once: the turn knows how to come again.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Both need rights beyond those of a worker; a server that is loading says so itself.
    enableReadyCheck: false,
    disableClientInfo: true,
    lazyConnect: true,
    // A master that became a replica: its name may lead to the new one by now.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  }
}

/** A client of one node. Nothing is sent before its first command. */
export async function singleClient(address: RedisAddress, silenceMs: number): Promise<RedisClient> {
  const { Redis } = await loadPackage()
  const { host, port, db } = address
  const options = {
    ...commonOptions(address, silenceMs),
    host,
    port,
    db,
    retryStrategy: pauseMs,
    scripts: loadScripts(),
  }
  return new Redis(options) as RedisClient
}

/** A client of the cluster that this node belongs to. */
export async function clusterClient(address: RedisAddress, silenceMs: number): Promise<RedisClient> {
  const { Cluster } = await loadPackage()
  const { host, port } = address
  return new Cluster([{ host, port }], {
    redisOptions: commonOptions(address, silenceMs),
    scripts: loadScripts(),
    clusterRetryStrategy: pauseMs,
    slotsRefreshTimeout: silenceMs,
    enableReadyCheck: false,
    lazyConnect: true,
    // With TLS the nodes go by the names in their certificates.
    ...(address.tls ? { dnsLookup: keepName } : {}),
  }) as RedisClient
}

const keepName: NonNullable<ClusterOptions['dnsLookup']> = (name, callback) => callback(null, name)

/** Another client like this one, for subscriptions. That of a single node does not renew them by itself: nobody would hear of a failure. */
export function duplicate(client: RedisClient): Redis | Cluster {
  return 'isCluster' in client && client.isCluster
    ? (client as Cluster).duplicate()
    : (client as Redis).duplicate({ autoResubscribe: false })
}
