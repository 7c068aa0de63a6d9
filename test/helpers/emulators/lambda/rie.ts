import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort, installed, startServer, type Teardown } from '../../servers/start-server.ts'
import { RUNTIME_CLIENT } from './process-runner.ts'

const PROGRAM = 'aws-lambda-rie'

/** AWS's own emulator, one sandbox that runs one invocation after the other, around the runtime interface client and a handler. */
export interface RuntimeInterfaceEmulator {
  /** Origin for the SDK; the function is called `function`. */
  readonly endpoint: string
}

/** There is none for every kind of processor. */
export const hasRuntimeInterfaceEmulator = (): boolean => existsSync(installed(PROGRAM))

/** @param handler `file.export` from the root of the checkout */
export async function startRuntimeInterfaceEmulator(
  t: Teardown,
  handler: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RuntimeInterfaceEmulator> {
  const runtimePort = await freePort()
  const { port } = await startServer(t, {
    program: PROGRAM,
    args: (port) => [
      ...['--runtime-interface-emulator-address', `127.0.0.1:${port}`],
      ...['--runtime-api-address', `127.0.0.1:${runtimePort}`],
      ...[process.execPath, RUNTIME_CLIENT, handler],
    ],
    env: { LAMBDA_TASK_ROOT: fileURLToPath(new URL('../../../..', import.meta.url)), ...env },
    isReady: async (port) => (await fetch(`http://127.0.0.1:${port}/`)).status === 404,
  })
  return { endpoint: `http://127.0.0.1:${port}` }
}
