/** Where the worker image starts: it looks where it is, and opens the door that is meant. */

import type { AddressInfo, Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

/** AWS's runtime interface client, which only the image has; it reads from variables what to serve. */
const RUNTIME_CLIENT: string = 'aws-lambda-ric'
/** What the local provider wants to see with each request: other users of the machine reach its processes, too. */
const LOCAL_KEY_VARIABLE = 'NUMPYWREN_LOCAL_KEY'

const { AWS_LAMBDA_RUNTIME_API, PORT, NUMPYWREN_PROVIDER } = process.env
if (AWS_LAMBDA_RUNTIME_API) {
  process.env._HANDLER = 'docker/lambda.handler'
  process.env.LAMBDA_TASK_ROOT = fileURLToPath(new URL('../..', import.meta.url))
  await import(RUNTIME_CLIENT)
} else if (PORT) {
  const { serveHttp } = await import('./http.ts')
  if (NUMPYWREN_PROVIDER === 'local') {
    // A function of the local provider ends with the process that holds the other end, however that ends. By a signal:
    // process.exit() may wait for ever (nodejs/node#54918), and nobody is left who would see it.
    const orphaned = (): boolean => process.kill(process.pid, 'SIGKILL')
    ;(process.stdin.resume().once('close', orphaned) as Socket).unref()
    const key = process.env[LOCAL_KEY_VARIABLE]
    const server = await serveHttp({ port: Number(PORT), host: '127.0.0.1', key })
    process.stdout.write(`ready ${(server.address() as AddressInfo).port}\n`)
  } else await serveHttp({ port: Number(PORT) })
} else {
  const [node = 'node', program = 'numpywren', ...given] = process.argv
  process.argv = [node, program, ...(given[0] === 'worker' ? [] : ['worker']), ...given]
  await import('../cli/worker.ts')
}
