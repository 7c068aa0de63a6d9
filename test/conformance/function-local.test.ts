import test from 'ava'
import { functionProvider } from '../../src/providers/index.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { functionConformance } from './function-provider.ts'

functionConformance(test, 'local', async () => ({
  provider: await functionProvider('local'),
  place: { name: 'numpywren-worker' },
  storeUrl: (t) => temporaryFolder(t),
  // Such an id begins with that of the process.
  kill: async (sandbox) => void process.kill(Number.parseInt(sandbox, 10), 'SIGKILL'),
}))
