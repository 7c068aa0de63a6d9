import { InputError } from '../../errors.ts'

/** How requests to a remote store are made. Times in ms. */
export interface RequestSettings {
  /** Requests, and connections, that are open at a time. */
  readonly connections: number
  /** Attempts at one request, the first included. */
  readonly attempts: number
  /** Time without a byte after which an attempt is given up. */
  readonly stallMs: number
  /** Time for one request with all its attempts; what goes up is given 1 s more for every {@link SLOWEST_BYTES_PER_SECOND}. */
  readonly timeoutMs: number
  /** Pause before the second attempt; it doubles from attempt to attempt up to `longestPauseMs`, times a random factor of 1 to 2. */
  readonly pauseMs: number
  readonly longestPauseMs: number
}

/** A body that goes up slower than this counts as stalled. */
export const SLOWEST_BYTES_PER_SECOND: number = 32 * 1024

const defaults: RequestSettings = {
  connections: 64,
  attempts: 8,
  stallMs: 30_000,
  timeoutMs: 300_000,
  pauseMs: 100,
  longestPauseMs: 10_000,
}

const variables = {
  NUMPYWREN_STORE_CONNECTIONS: 'connections',
  NUMPYWREN_STORE_ATTEMPTS: 'attempts',
  NUMPYWREN_STORE_STALL_MS: 'stallMs',
  NUMPYWREN_STORE_TIMEOUT_MS: 'timeoutMs',
} as const

/** The defaults, with what the environment says instead, with `given` over both. @throws InputError for a variable that is no positive integer */
export function requestSettings(
  given: Partial<RequestSettings> = {},
  env: NodeJS.ProcessEnv = process.env,
): RequestSettings {
  const fromEnv: Partial<Record<keyof RequestSettings, number>> = {}
  for (const [variable, name] of Object.entries(variables)) {
    const text = env[variable]
    if (text === undefined || text === '') continue
    if (!/^[1-9][0-9]{0,8}$/.test(text)) {
      throw new InputError(`${variable}=${text} is no positive integer`)
    }
    fromEnv[name] = Number(text)
  }
  return { ...defaults, ...fromEnv, ...given }
}
