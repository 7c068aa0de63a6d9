import test from 'ava'
import { awsLambda } from '../../src/providers/aws-lambda/index.ts'
import { type LambdaEmulator, startLambdaEmulator } from '../helpers/emulators/lambda/emulator.ts'
import { startVersitygw, type Versitygw } from '../helpers/servers/versitygw.ts'
import { functionConformance } from './function-provider.ts'

const provider = awsLambda()
const undo: (() => unknown)[] = []
let s3: Versitygw
let emulator: LambdaEmulator
let stores = 0

test.before(async () => {
  const teardown = { teardown: (work: () => unknown) => undo.push(work) }
  s3 = await startVersitygw(teardown)
  const shape = { memoryMb: 1769, timeoutS: 120 }
  emulator = await startLambdaEmulator(teardown, {
    role: { ...s3.env, OPENBLAS_NUM_THREADS: '1' },
    functions: [
      { name: 'worker', ...shape },
      { name: 'limited-to-1', ...shape, concurrency: 1 },
    ],
  })
  Object.assign(process.env, s3.env, emulator.env)
})

test.after.always(async () => {
  for (const work of undo.reverse()) await work()
})

functionConformance(test, 'aws-lambda', async () => ({
  provider,
  place: { name: 'worker' },
  absent: { name: 'nobody' },
  storeUrl: async () => `${await s3.url('bucket')}/${++stores}`,
  kill: async (sandbox) => {
    process.kill(emulator.pidOf(sandbox), 'SIGSEGV')
  },
  limitedTo: (_, concurrency) => provider.connect({ name: `limited-to-${concurrency}` }),
}))
