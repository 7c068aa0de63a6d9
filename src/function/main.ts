/** Where the worker image starts: it looks where it is, and opens the door that is meant. */

import { fileURLToPath } from 'node:url'

/** AWS's runtime interface client, which only the image has; it reads from variables what to serve. */
const RUNTIME_CLIENT: string = 'aws-lambda-ric'

const { AWS_LAMBDA_RUNTIME_API, PORT, NUMPYWREN_PROVIDER } = process.env
if (AWS_LAMBDA_RUNTIME_API) {
  process.env._HANDLER = 'docker/lambda.handler'
  process.env.LAMBDA_TASK_ROOT = fileURLToPath(new URL('../..', import.meta.url))
  await import(RUNTIME_CLIENT)
} else if (PORT) {
  const isLocal = NUMPYWREN_PROVIDER === 'local'
  // A function of the local provider ends with the process that holds the other end, however that ends.
  if (isLocal) process.stdin.resume().once('close', () => process.exit())
  const { serveHttp } = await import('./http.ts')
  await serveHttp(Number(PORT), isLocal ? '127.0.0.1' : undefined)
  if (isLocal) process.stdout.write('ready\n')
} else {
  const [node = 'node', program = 'numpywren', ...given] = process.argv
  process.argv = [node, program, ...(given[0] === 'worker' ? [] : ['worker']), ...given]
  await import('../cli/worker.ts')
}
