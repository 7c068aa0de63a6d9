import type { StorePlace } from '../../../storage/index.ts'
import type { Finding } from '../../function/index.ts'

/** Where the bucket of a store is, and where the function of this region. */
export function regionFinding(region: string, url: string, place: StorePlace | undefined): Finding {
  const what = 'region'
  if (place?.standIn !== undefined)
    return { what, state: 'ok', text: `${url} is on ${place.standIn}, not on AWS: regions mean nothing there` }
  if (place?.region === undefined)
    return {
      what,
      state: place?.cloud === 'aws' ? 'ok' : 'warning',
      text: `the region of ${url} may not be asked for; see to it that it is ${region}`,
    }
  if (place.cloud === 'aws' && place.region === region)
    return { what, state: 'ok', text: `the bucket and the function are both in ${region}` }
  const text = `${url} is in ${place.cloud} ${place.region} and the function in aws ${region}: every tile is paid for as traffic between them, and slow`
  return { what, state: 'warning', text: `${text}; deploy to the region of the bucket, or use a bucket in ${region}` }
}
