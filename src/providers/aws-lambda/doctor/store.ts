import { openStore, type StorePlace } from '../../../storage/index.ts'
import { problem, storeTrial } from '../../doctor/index.ts'
import type { DoctorOptions, Finding } from '../../function/index.ts'

/** A store that does not answer for so long is not there. */
const PATIENCE_MS = 60_000

/** Tries the store with the credentials of this machine, and compares its place with the function's. */
export async function* storeFindings(
  region: string,
  { store: url, signal: given }: DoctorOptions,
): AsyncGenerator<Finding> {
  if (url === undefined) {
    yield {
      what: 'bucket',
      state: 'warning',
      text: 'no store is named, and so none was tried; give --store s3://bucket/prefix',
    }
    return
  }
  if (!/^(s3|gs):\/\//.test(url)) {
    yield {
      what: 'bucket',
      state: 'problem',
      text: `functions cannot reach ${url}; give a store that they can, s3://bucket/prefix`,
    }
    return
  }
  const signal = AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(given ? [given] : [])])
  try {
    const store = openStore(url)
    try {
      yield await storeTrial(store, signal)
      yield regionFinding(store.url, region, await store.location?.({ signal }))
    } finally {
      await store.close()
    }
  } catch (error) {
    given?.throwIfAborted()
    yield problem('bucket', error)
  }
}

function regionFinding(url: string, region: string, place: StorePlace | undefined): Finding {
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
