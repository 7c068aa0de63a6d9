import test from 'ava'
import { gcpFunctions } from '../../src/providers/gcp-functions/index.ts'
import { type CloudRunEmulator, startCloudRunEmulator } from '../helpers/emulators/cloud-run/emulator.ts'
import { type FakeGcs, startFakeGcs } from '../helpers/servers/fake-gcs.ts'
import { functionConformance } from './function-provider.ts'

const provider = gcpFunctions()
const undo: (() => unknown)[] = []
let gcs: FakeGcs
let emulator: CloudRunEmulator
let stores = 0

test.before(async () => {
  const teardown = { teardown: (work: () => unknown) => undo.push(work) }
  gcs = await startFakeGcs(teardown)
  emulator = await startCloudRunEmulator(teardown, {
    environment: { ...gcs.env, OPENBLAS_NUM_THREADS: '1' },
    services: [
      { name: 'worker', timeoutS: 120 },
      { name: 'limited-to-1', timeoutS: 120, maxInstances: 1 },
    ],
  })
  Object.assign(process.env, gcs.env, emulator.env)
})

test.after.always(async () => {
  for (const work of undo.reverse()) await work()
})

functionConformance(test, 'gcp-functions', async () => ({
  provider,
  place: { name: 'worker' },
  absent: { name: 'nobody' },
  storeUrl: async () => `${await gcs.url('bucket')}/${++stores}`,
  kill: async (sandbox) => {
    process.kill(emulator.pidOf(sandbox), 'SIGSEGV')
  },
  limitedTo: (_, concurrency) => provider.connect({ name: `limited-to-${concurrency}` }),
}))
