/** Milliseconds that a `Retry-After` header asks for: seconds, or the date of an hour to come; `undefined` for anything else. */
export function retryAfterMs(header: unknown, now: number = Date.now()): number | undefined {
  if (typeof header !== 'string') return undefined
  if (/^[0-9]{1,6}$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
