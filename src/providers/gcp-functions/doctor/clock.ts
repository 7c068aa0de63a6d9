import type { Finding } from '../../function/index.ts'
import type { Session } from '../session.ts'

/** Tokens carry times, and one that begins in the future is refused. */
const MOST_SKEW_MS = 60_000
/** A date in a header is cut to whole seconds. */
const HEADER_MS = 1000

/** Compares this machine's clock with the date of an answer of the platform, whatever else the answer says. */
export async function clockFinding({ standIn }: Session, signal: AbortSignal | undefined): Promise<Finding> {
  const what = 'clock'
  const sentAt = Date.now()
  const answer = await fetch(standIn ?? 'https://run.googleapis.com', {
    method: 'HEAD',
    redirect: 'manual',
    signal: signal ?? null,
  }).catch(() => undefined)
  signal?.throwIfAborted()
  const said = Date.parse(answer?.headers.get('date') ?? '')
  if (Number.isNaN(said)) return { what, state: 'warning', text: 'Google did not say what time it is' }
  // The answer was dated between sending and now.
  const aheadMs = Math.round((sentAt + Date.now()) / 2 - said - HEADER_MS / 2)
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1)
  const text = `this machine's clock is ${seconds} s ${aheadMs < 0 ? 'behind' : 'ahead of'} that of Google`
  if (Math.abs(aheadMs) <= MOST_SKEW_MS) return { what, state: 'ok', text }
  return { what, state: 'problem', text: `${text}; set it (tokens from another time are refused)` }
}
