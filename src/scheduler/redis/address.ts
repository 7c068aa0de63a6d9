import { isIP } from 'node:net'
import { InputError } from '../../errors.ts'

/** Where a Redis is and how to enter, from a URL. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly username: string | undefined
  readonly password: string | undefined
  /** Number of the database. */
  readonly db: number
  readonly tls: boolean
}

const form = 'redis://[user:password@]host[:port][/database], or rediss:// for TLS'

/**
 * Reads `redis://` and `rediss://` URLs. Messages never show the URL: it may hold a password.
 * @throws InputError for any other URL
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.parse(text)
  if (url === null) throw new InputError(`the coordinator must be ${form}; what was given is no URL`)
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:')
    throw new InputError(`the coordinator must be ${form}, not ${url.protocol}//...`)
  if (url.hostname === '') throw new InputError(`the coordinator must be ${form}; its URL names no host`)
  const database = url.pathname.replace(/^\//, '')
  if (!/^\d*$/.test(database))
    throw new InputError(`the coordinator must be ${form}; its database must be a number, not '${database}'`)
  if (url.search !== '' || url.hash !== '')
    throw new InputError(`the coordinator must be ${form}; nothing may follow the database`)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    username: url.username === '' ? undefined : decode(url.username, 'user'),
    password: url.password === '' ? undefined : decode(url.password, 'password'),
    db: Number(database),
    tls: url.protocol === 'rediss:',
  }
}

/** `host:port`, for messages. */
export function addressLabel({ host, port }: RedisAddress): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}

/** True for an address that only this machine reaches. */
export function isLoopback({ host }: RedisAddress): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    throw new InputError(`the ${part} in the coordinator's URL is not percent-encoded as it should be`, {
      cause: error,
    })
  }
}
