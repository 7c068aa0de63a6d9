import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Server, startServer, type Teardown } from './start-server.ts'

/** An S3 server with its buckets in a folder. */
export interface Versitygw extends Server {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string
  /** What a process needs in its environment to use it. */
  readonly env: Readonly<Record<string, string>>
  /** The folder of the buckets: the file of the object KEY in BUCKET is BUCKET/KEY. */
  readonly folder: string
  /** `s3://BUCKET`, after making sure that there is such a bucket. */
  url(bucket: string): Promise<string>
}

export interface VersitygwOptions {
  /** Where the folder of the buckets is made; needs extended attributes. @default the folder for temporary files */
  readonly parent?: string
}

/** Starts a server on a free port with a fresh folder; both go with the test. */
export async function startVersitygw(t: Teardown, { parent = tmpdir() }: VersitygwOptions = {}): Promise<Versitygw> {
  const folder = await mkdtemp(join(parent, 'numpywren-s3-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const credentials = { user: 'testuser', secret: 'testsecret' }
  const server = await startServer(t, {
    program: 'versitygw',
    args: (port) => ['--port', `127.0.0.1:${port}`, '--quiet', '--keep-alive', '--health', '/health', 'posix', folder],
    env: { ROOT_ACCESS_KEY: credentials.user, ROOT_SECRET_KEY: credentials.secret },
    isReady: async (port) => (await fetch(`http://127.0.0.1:${port}/health`)).ok,
  })
  const endpoint = `http://127.0.0.1:${server.port}`
  const env = {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: credentials.user,
    AWS_SECRET_ACCESS_KEY: credentials.secret,
    AWS_REGION: 'us-east-1',
  }
  const url = async (bucket: string): Promise<string> => {
    await mkdir(join(folder, bucket), { recursive: true })
    return `s3://${bucket}`
  }
  return Object.assign(server, { endpoint, env, folder, url })
}
