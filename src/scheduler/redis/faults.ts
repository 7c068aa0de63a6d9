/** What an error of the Redis client means. */

/**
 * - `transient`: the connection or the server is away for the moment: send again;
 * - `input`: the address, the credentials or the rights are wrong;
 * - `damaged`: the keys of the run hold what we did not write.
 */
export type FaultKind = 'transient' | 'input' | 'damaged'

export interface Fault {
  readonly kind: FaultKind
  /** One sentence without the end, such as `it refuses the password`. Never with credentials. */
  readonly reason: string
}

/** First words of Redis errors and what they say. */
const replies: readonly (readonly [pattern: RegExp, kind: FaultKind, reason: string])[] = [
  [
    /^NOAUTH|^ERR AUTH|HELLO must be called with the client already authenticated/,
    'input',
    'it wants a password: redis://user:password@host',
  ],
  [/^WRONGPASS|invalid username-password|invalid password/i, 'input', 'it refuses the user name or the password'],
  [/^NOPERM/, 'input', 'its user lacks a right (see docs/reliability.md for the ACL)'],
  [/DB index is out of range|SELECT is not allowed in cluster mode/, 'input', 'it has no database of this number'],
  [
    /^ERR unknown command|^ERR Unknown Redis command|^ERR This instance has cluster support disabled/,
    'input',
    'it lacks a command that is needed: Redis 6.2 or Valkey, with scripts',
  ],
  [/^OOM/, 'transient', 'it is out of memory (maxmemory)'],
  [/^READONLY/, 'transient', 'it is a replica and takes no writes'],
  [/^LOADING/, 'transient', 'it is loading its data'],
  [/^BUSY/, 'transient', 'it is busy with a script'],
  [/^MISCONF|^NOREPLICAS/, 'transient', 'it takes no writes because it cannot save or replicate them'],
  [
    /^CLUSTERDOWN|^MASTERDOWN|^TRYAGAIN|^MOVED|^ASK|Too many Cluster redirections/,
    'transient',
    'the cluster is changing or incomplete',
  ],
  [/^ERR max number of clients/, 'transient', 'it has too many clients'],
  [/^UNBLOCKED|^NOSCRIPT/, 'transient', 'it forgot the scripts'],
  [
    /^WRONGTYPE|^CROSSSLOT|user_script|@user_script|^ERR Error running script/,
    'damaged',
    'its keys of this run hold something else',
  ],
]

/** Codes of errors of the network and of TLS. */
const codes: Readonly<Record<string, readonly [kind: FaultKind, reason: string]>> = {
  ECONNREFUSED: ['transient', 'nothing listens there'],
  ENOTFOUND: ['transient', 'the host is not known'],
  EAI_AGAIN: ['transient', 'the host name could not be looked up'],
  ECONNRESET: ['transient', 'the connection was reset'],
  EPIPE: ['transient', 'the connection was closed'],
  ETIMEDOUT: ['transient', 'it does not answer'],
  EHOSTUNREACH: ['transient', 'there is no route to it'],
  ENETUNREACH: ['transient', 'there is no route to it'],
  EPROTO: ['input', 'it does not speak TLS as expected'],
}

/** Tells what an error means; what is not known is taken for a lost connection. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'transient', reason: String(error) }
  const { message } = error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = codes[code]
  if (known !== undefined) return { kind: known[0], reason: `${known[1]} (${code})` }
  if (/CERT|TLS|SELF_SIGNED|UNABLE_TO_|^ERR_SSL/.test(code))
    return {
      kind: 'input',
      reason: `its certificate is not accepted (${code}); NODE_EXTRA_CA_CERTS may name one to trust`,
    }
  const reply = replies.find(([pattern]) => pattern.test(message))
  if (reply !== undefined) {
    const [first = ''] = message.split(' ')
    const detail = reply[1] === 'damaged' ? `: ${message.slice(0, 200)}` : /^[A-Z]+$/.test(first) ? ` (${first})` : ''
    return { kind: reply[1], reason: reply[2] + detail }
  }
  return { kind: 'transient', reason: 'the connection was lost' }
}

/** True when the error says only that there was no connection, so that the reason is the last error of the connection itself. */
export function saysOnlyGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return /max retries per request|Connection is closed|Connection is not ready|isn't writeable|Command aborted|timed out|refresh slots cache/i.test(
    error.message,
  )
}
