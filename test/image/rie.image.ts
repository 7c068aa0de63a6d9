/** The image under AWS's own runtime interface emulator: somebody else's idea of what Lambda asks of it. */

import test from 'ava'
import { connect } from '../../src/index.ts'
import { hasRuntimeInterfaceEmulator } from '../helpers/emulators/lambda/rie.ts'
import { freePort, installed } from '../helpers/servers/start-server.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'
import { startContainer } from './helpers/podman.ts'
import { until } from './helpers/until.ts'

const rieTest = hasRuntimeInterfaceEmulator() ? test : test.skip

rieTest(
  "factors a matrix under AWS's own emulator, one invocation after the other: the bits of one process",
  async (t) => {
    const s3 = await startVersitygw(t)
    Object.assign(process.env, s3.env)
    const store = `${await s3.url('bucket')}/work`
    await using here = await connect({ store })
    const A = await here.generate('spd', 'A', { shape: [96, 96], tile: 24, seed: 5 })
    const { L: expected } = await here.cholesky(A, { out: 'here' })
    const [port, runtimePort] = [await freePort(), await freePort()]
    const container = await startContainer(t, {
      env: {
        ...s3.env,
        AWS_LAMBDA_FUNCTION_NAME: 'function',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
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
    process.env.AWS_ENDPOINT_URL_LAMBDA = endpoint
    // A second call at the same time ends it.
    await using there = await connect({ store, provider: 'aws-lambda', function: 'function', workers: 1, slots: 1 })
    const { L, summary } = await there.cholesky('A', { out: 'there' })
    t.like(summary, { tasks: 20, emulatedBy: `127.0.0.1:${port}` })
    t.true(summary.invocations > 1)
    t.deepEqual((await L.read()).data, (await expected.read()).data)
  },
)
