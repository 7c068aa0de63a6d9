import type { DeployedFunction } from '../providers/index.ts'
import type { Store } from '../storage/index.ts'

/** Where a bucket is shall not keep a run waiting. */
const PATIENCE_MS = 5000

/** What to say when function and bucket are in different clouds or regions: every tile then crosses the distance, slowly and for money. */
export async function distanceWarning(
  { name, place, provider }: Pick<DeployedFunction, 'name' | 'place' | 'provider'>,
  store: Pick<Store, 'url' | 'location'>,
): Promise<string | undefined> {
  if (place.cloud === 'local') return undefined
  const bucket = await store.location?.({ signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => undefined)
  if (bucket === undefined) return undefined
  if (bucket.cloud !== place.cloud) {
    return `the function ${name} of ${provider} and the store ${store.url} are in different clouds: every tile crosses the internet, which takes long and is paid for by the gigabyte`
  }
  if (bucket.region === undefined || place.region === undefined || isWithin(place.region, bucket.region))
    return undefined
  return `the function ${name} is in ${place.region} and the store ${store.url} in ${bucket.region}: tiles between regions take longer and are paid for by the gigabyte`
}

/** Buckets of several regions are named for what their regions begin with: `us`, `eu` (whose regions are `europe-...`), `asia`. */
function isWithin(region: string, bucket: string): boolean {
  return region === bucket || region.startsWith(`${bucket}-`) || (bucket === 'eu' && region.startsWith('europe-'))
}
