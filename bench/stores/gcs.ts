import { Storage } from '@google-cloud/storage'
import { GcsStore } from '../../src/storage/index.ts'
import { startFakeGcs } from '../../test/helpers/servers/fake-gcs.ts'
import type { Contender, Match } from './contender.ts'
import { ours } from './ours.ts'

/** Google Cloud Storage at fake-gcs-server with its folder in memory. */
export const gcs: Match = {
  name: 'GCS (fake-gcs-server)',
  start: async (scope) => {
    const server = await startFakeGcs(scope, { parent: '/dev/shm' })
    await server.url('bench')
    // With STORAGE_EMULATOR_HOST as well the SDK would leave the version of the API out of its requests.
    const sdk = new Storage({ apiEndpoint: server.endpoint, projectId: 'bench' })
    Object.assign(process.env, server.env)
    const store = new GcsStore('bench')
    scope.teardown(() => store.close())
    return {
      ours: ours(store),
      bare: [bare('SDK, its defaults (CRC32C)', sdk), bare('SDK, no checksums', sdk, { validation: false })],
    }
  },
}

function bare(name: string, sdk: Storage, options: { readonly validation?: false } = {}): Contender {
  const file = (key: string) => sdk.bucket('bench').file(key)
  return {
    name,
    put: (key, bytes) => file(key).save(bytes, { resumable: false, ...options }),
    get: async (key) => (await file(key).download(options))[0],
  }
}
