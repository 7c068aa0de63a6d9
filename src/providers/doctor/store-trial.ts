import { randomBytes } from 'node:crypto'
import type { Store } from '../../storage/index.ts'
import type { Finding } from '../function/index.ts'

/** Puts an object into a store, reads and deletes it. @throws what the store fails with */
export async function storeTrial(store: Store, signal: AbortSignal): Promise<Finding> {
  const key = `.numpywren/doctor/${randomBytes(8).toString('hex')}`
  const bytes = randomBytes(64)
  await store.put(key, bytes, { signal })
  const read = await store.get(key, { signal })
  await store.delete(key, { signal })
  const isSame = read !== undefined && Buffer.compare(read, bytes) === 0
  const left = await store.stat(key, { signal })
  if (!isSame || left)
    return { what: 'bucket', state: 'problem', text: `${store.url} does not give back what was put into it` }
  return { what: 'bucket', state: 'ok', text: `an object was put below ${store.url}, read and deleted` }
}
