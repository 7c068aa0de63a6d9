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
  const what = 'bucket'
  if (url === undefined) {
    yield { what, state: 'warning', text: 'no store is named, and so none was tried; give --store gs://bucket/prefix' }
    return
  }
  if (!/^(s3|gs):\/\//.test(url)) {
    yield {
      what,
      state: 'problem',
      text: `functions cannot reach ${url}; give a store that they can, gs://bucket/prefix`,
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
    yield problem(what, error)
  }
}

function regionFinding(url: string, region: string, place: StorePlace | undefined): Finding {
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
