import { fileURLToPath } from 'node:url'
import { type Server, startServer, type Teardown } from './start-server.ts'

const program = fileURLToPath(new URL('../../../.venv/bin/moto_server', import.meta.url))

/** A server that speaks the administration APIs of AWS (Lambda, IAM, ECR, STS, S3 and more), with everything in memory. */
export interface Moto extends Server {
  /** `http://127.0.0.1:PORT`, for all services. */
  readonly endpoint: string
  /** What a process needs in its environment to use it. */
  readonly env: Readonly<Record<string, string>>
  /** Forgets everything. */
  reset(): Promise<void>
}

/** Starts a server on a free port; it ends with the test. It does not invoke functions of images: an emulator before it does. */
export async function startMoto(t: Teardown): Promise<Moto> {
  const server = await startServer(t, {
    program,
    args: (port) => ['-H', '127.0.0.1', '-p', `${port}`],
    isReady: async (port) => (await fetch(`http://127.0.0.1:${port}/moto-api/data.json`)).ok,
  })
  const endpoint = `http://127.0.0.1:${server.port}`
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'testuser',
    AWS_SECRET_ACCESS_KEY: 'testsecret',
    AWS_REGION: 'us-east-1',
  }
  const reset = async (): Promise<void> => {
    const answer = await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' })
    if (!answer.ok) throw new Error(`moto did not reset: ${await answer.text()}`)
  }
  return Object.assign(server, { endpoint, env, reset })
}
