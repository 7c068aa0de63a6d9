import type { STSClient } from '@aws-sdk/client-sts'
import type { Finding } from '../../function/index.ts'

/** AWS refuses requests whose time is further off than 15 minutes; clocks of events are matched anyway. */
const MOST_SKEW_MS = 300_000
/** A date in a header is cut to whole seconds. */
const HEADER_MS = 1000

/** By how much this machine's clock is ahead of the service's; `undefined` before it has answered. */
export interface Clock {
  aheadMs: number | undefined
}

/** Reads the date of every answer to the client. */
export function watchClock({ client }: { readonly client: STSClient }): Clock {
  const clock: Clock = { aheadMs: undefined }
  client.middlewareStack.add(
    (next) => async (args) => {
      const sentAt = Date.now()
      const result = await next(args)
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> }
      const said = Date.parse(headers?.date ?? '')
      // The answer was dated between sending and now.
      if (!Number.isNaN(said)) clock.aheadMs = Math.round((sentAt + Date.now()) / 2 - said - HEADER_MS / 2)
      return result
    },
    // Before the SDK reads the answer: one that it refuses has a date as well.
    { step: 'deserialize', priority: 'low', name: 'numpywrenClock' },
  )
  return clock
}

export function* clockFinding({ aheadMs }: Clock): Generator<Finding> {
  if (aheadMs === undefined) return
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1)
  const text = `this machine's clock is ${seconds} s ${aheadMs < 0 ? 'behind' : 'ahead of'} that of AWS`
  if (Math.abs(aheadMs) <= MOST_SKEW_MS) yield { what: 'clock', state: 'ok', text }
  else yield { what: 'clock', state: 'problem', text: `${text}; set it (AWS refuses requests that are 15 minutes off)` }
}
