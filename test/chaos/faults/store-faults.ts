/** What a network and an overloaded service do to requests of a store. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpRequestSeen } from '../../helpers/servers/fault-proxy-http.ts'
import type { HttpFault } from '../../helpers/servers/http-faults.ts'
import type { Random } from '../random.ts'
import type { Disturbed, Fault } from './fault.ts'

type Matches = (request: HttpRequestSeen) => boolean

const behindProxy: Fault['fits'] = ({ store }) => store !== 'fs'
const reads: Matches = ({ method }) => method === 'GET'
const writes: Matches = ({ method }) => method === 'PUT' || method === 'POST'
const any: Matches = () => true

/** A fault of the next one to `most` requests. */
const fault = (kind: string, most: number, matches: Matches, make: (random: Random) => HttpFault): Fault => ({
  kind,
  group: 'store',
  fits: behindProxy,
  cause: async (run, random) => {
    const count = 1 + random.below(most)
    const armed = run.site.proxy?.arm(make(random), { count, matches })
    run.note(`next ${count} requests: ${kind}`)
    return () => armed?.hits ?? 0
  },
})

export const storeFaults: readonly Fault[] = [
  fault('store answers 500', 4, any, () => ({ kind: 'status', status: 500 })),
  fault('store answers 502', 4, any, () => ({ kind: 'status', status: 502 })),
  fault('store answers 503 SlowDown', 12, any, () => ({ kind: 'status', status: 503 })),
  fault('store answers 429 with Retry-After', 6, any, () => ({ kind: 'status', status: 429, retryAfter: 1 })),
  fault('store connection reset', 6, any, () => ({ kind: 'reset' })),
  fault('store reply lost after the work', 4, writes, () => ({ kind: 'lost-reply' })),
  fault('store request delivered twice', 4, writes, () => ({ kind: 'duplicate' })),
  fault('store reply stalls', 2, any, (random) => ({ kind: 'stall', ms: random.between(5000, 90_000) })),
  fault('store reply cut in its body', 4, reads, () => ({ kind: 'truncate' })),
  fault('store reply shorter than the object', 3, reads, () => ({ kind: 'short' })),
  fault('store reply slow', 3, reads, (random) => ({ kind: 'slow', ms: random.between(500, 4000) })),
  fault('store reply with a flipped bit', 3, objectReads, () => ({ kind: 'flip-reply' })),
  fault('store request with a flipped bit', 3, tileWrites, () => ({ kind: 'flip-request' })),
  {
    kind: 'one store request in eight fails, from now on',
    group: 'store',
    fits: behindProxy,
    cause: flakiness,
  },
  {
    kind: 'store down for seconds',
    group: 'store',
    fits: behindProxy,
    cause: outage,
  },
]

/** Objects come with their checksum; nothing but the connection protects listings. */
function objectReads(request: HttpRequestSeen): boolean {
  return reads(request) && !request.path.includes('list-type=') && !/\/o\?/.test(request.path)
}

/** What is uploaded in several parts says in one of them where it belongs: only in tiles the middle is sure to be content. */
function tileWrites(request: HttpRequestSeen): boolean {
  return writes(request) && isTileRequest(request)
}

function isTileRequest({ path }: HttpRequestSeen): boolean {
  return /\/c(\/\d+)+($|[?&])/.test(decodeURIComponent(path))
}

async function flakiness({ site, note }: Disturbed, random: Random): Promise<() => number> {
  const ways: readonly HttpFault[] = [
    { kind: 'status', status: 503 },
    { kind: 'reset' },
    { kind: 'lost-reply' },
    { kind: 'truncate' },
  ]
  const matches = (): boolean => random.chance(1 / (8 * ways.length))
  const armed = ways.map((way) => site.proxy?.arm(way, { count: Number.POSITIVE_INFINITY, matches }))
  note('one request in eight fails')
  return await Promise.resolve(() => armed.reduce((sum, each) => sum + (each?.hits ?? 0), 0))
}

async function outage(run: Disturbed, random: Random): Promise<() => number> {
  const ms = random.chance(0.2) ? random.between(6000, 12_000) : random.between(1000, 4000)
  const what: HttpFault = random.chance(0.5) ? { kind: 'status', status: 503 } : { kind: 'reset' }
  const armed = run.site.proxy?.arm(what, { count: Number.POSITIVE_INFINITY })
  run.note(`every request for ${Math.round(ms)} ms: ${what.kind}`)
  const ending = sleep(ms).then(() => armed?.disarm())
  run.lift(() => ending)
  return () => ((armed?.hits ?? 0) > 0 ? 1 : 0)
}
