import { openStore, type StorePlace } from '../../storage/index.ts'
import type { DoctorOptions, Finding } from '../function/index.ts'
import { problem } from './problem.ts'
import { storeTrial } from './store-trial.ts'

/** A store that does not answer for so long is not there. */
const PATIENCE_MS = 60_000

/** Tries the store with the credentials of this machine, and compares its place with the function's. @param example of a store that fits the platform */
export async function* storeFindings(
  { store: url, signal: given }: DoctorOptions,
  example: string,
  compared: (url: string, place: StorePlace | undefined) => Finding,
): AsyncGenerator<Finding> {
  const what = 'bucket'
  if (url === undefined) {
    yield { what, state: 'warning', text: `no store is named, and so none was tried; give --store ${example}` }
    return
  }
  if (!/^(s3|gs):\/\//.test(url)) {
    const text = `functions cannot reach ${url}; give a store that they can, ${example}`
    yield { what, state: 'problem', text }
    return
  }
  const signal = AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(given ? [given] : [])])
  try {
    const store = openStore(url)
    try {
      yield await storeTrial(store, signal)
      yield compared(store.url, await store.location?.({ signal }))
    } finally {
      await store.close()
    }
  } catch (error) {
    given?.throwIfAborted()
    yield problem(what, error)
  }
}
