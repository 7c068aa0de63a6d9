import type { StorePlace } from '../../../storage/index.ts'
import type { Finding } from '../../function/index.ts'

/** Where the bucket of a store is, and where the function of this region. */
export function regionFinding(region: string, url: string, place: StorePlace | undefined): Finding {
  const what = 'region'
  if (place?.standIn !== undefined)
    return { what, state: 'ok', text: `${url} is on ${place.standIn}, not on Google: regions mean nothing there` }
  if (place?.region === undefined)
    return {
      what,
      state: 'warning',
      text: `the region of ${url} may not be asked for (storage.buckets.get); see to it that it is ${region}`,
    }
  if (place.cloud === 'gcp' && place.region === region)
    return { what, state: 'ok', text: `the bucket and the function are both in ${region}` }
  if (place.cloud === 'gcp' && !place.region.includes('-'))
    return {
      what,
      state: 'ok',
      text: `the bucket is spread over the regions of ${place.region}; one in ${region} alone would be nearer and cheaper`,
    }
  return {
    what,
    state: 'warning',
    text:
      `${url} is in ${place.cloud} ${place.region} and the function in gcp ${region}: every tile is paid for as traffic between them, and slow; ` +
      `deploy to the region of the bucket, or use a bucket in ${region}`,
  }
}
