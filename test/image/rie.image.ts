/** The image under AWS's own runtime interface emulator: somebody else's idea of what Lambda asks of it. */

import test from 'ava'
import type { DeployedFunction } from '../../src/providers/index.ts'
import { functionWorkers, lambdaFacts, lambdaSlots, tileBytesOf } from '../../src/providers/index.ts'
import { openStore } from '../../src/storage/index.ts'
import { bitsOf, startCholesky, storeInput } from '../helpers/driven-cholesky.ts'
import { hasRuntimeInterfaceEmulator } from '../helpers/emulators/lambda/rie.ts'
import { freePort, installed } from '../helpers/servers/start-server.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'
import { startContainer } from './helpers/podman.ts'
import { until } from './helpers/until.ts'

const MEMORY_BYTES = 2 ** 30
const rieTest = hasRuntimeInterfaceEmulator() ? test : test.skip

rieTest(
  "factors a matrix under AWS's own emulator, one invocation after the other: the bits of one process",
  async (t) => {
    const s3 = await startVersitygw(t)
    Object.assign(process.env, s3.env)
    const store = openStore(`${await s3.url('bucket')}/work`)
    t.teardown(() => store.close())
    await storeInput(store, 96, 24)
    await (await startCholesky(store, { nt: 4, id: 'here' })).wait()
    const [port, runtimePort] = [await freePort(), await freePort()]
    const container = await startContainer(t, {
      env: {
        ...s3.env,
        AWS_LAMBDA_FUNCTION_NAME: 'function',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${MEMORY_BYTES / 2 ** 20}`,
        AWS_LAMBDA_FUNCTION_TIMEOUT: '60',
      },
      options: ['--volume', `${installed('aws-lambda-rie')}:/rie:ro`, '--entrypoint', '/rie'],
      args: [
        ...['--runtime-interface-emulator-address', `127.0.0.1:${port}`],
        ...['--runtime-api-address', `127.0.0.1:${runtimePort}`],
        ...['node', '/app/src/function/main.ts', 'docker/lambda.handler'],
      ],
    })
    const endpoint = `http://127.0.0.1:${port}`
    await until(() => fetch(endpoint), container.logs)
    const there = await startCholesky(store, {
      nt: 4,
      id: 'there',
      provider: functionWorkers(functionAt(endpoint)),
      bindings: { A: { path: 'A' }, L: { path: 'M' } },
      // A second call at the same time ends it.
      options: { workers: 1, slots: 1 },
    })
    const { tasks, invocations, coldStarts } = await there.wait()
    t.is(tasks, 20)
    t.true(invocations > 1)
    t.is(coldStarts, 1)
    const [found, expected] = await Promise.all([bitsOf(store, 'M'), bitsOf(store, 'L')])
    t.is(expected.size, 10)
    t.deepEqual([...found.values()], [...expected.values()])
  },
)

/** The one function of the emulator, which has no administration to ask. */
function functionAt(endpoint: string): DeployedFunction {
  return {
    provider: 'aws-lambda',
    name: 'function',
    place: { cloud: 'aws' },
    shape: {
      memoryBytes: MEMORY_BYTES,
      vcpus: lambdaFacts.vcpusOf(MEMORY_BYTES),
      slots: lambdaSlots(MEMORY_BYTES),
      tileBytes: tileBytesOf(MEMORY_BYTES),
      timeoutMs: 60_000,
      architecture: 'x86_64',
    },
    emulatedBy: endpoint,
    facts: lambdaFacts,
    async invoke(body, { signal }) {
      const url = `${endpoint}/2015-03-31/functions/function/invocations`
      const answer = await fetch(url, { method: 'POST', body, ...(signal === undefined ? {} : { signal }) })
      return { body: await answer.text() }
    },
    close: async () => undefined,
  }
}
