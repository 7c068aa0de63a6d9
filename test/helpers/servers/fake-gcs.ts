import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Server, startServer, type Teardown } from './start-server.ts'

/** A server that speaks the API of Google Cloud Storage. */
export interface FakeGcs extends Server {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string
  /** What a process needs in its environment to use it. */
  readonly env: Readonly<Record<string, string>>
  /** The folder of the buckets: the file of the object KEY in BUCKET is BUCKET/KEY. Nothing is in it with the backend in memory. */
  readonly folder: string
  /** `gs://BUCKET`, after making sure that there is such a bucket. */
  url(bucket: string): Promise<string>
}

export interface FakeGcsOptions {
  /** Where the folder of the buckets is made. @default the folder for temporary files */
  readonly parent?: string
  /** In the file system objects survive a kill, and no key can be the folder of another; in memory neither. @default 'filesystem' */
  readonly backend?: 'filesystem' | 'memory'
}

/** Starts a server on a free port with a fresh folder; both go with the test. */
export async function startFakeGcs(
  t: Teardown,
  { parent = tmpdir(), backend = 'filesystem' }: FakeGcsOptions = {},
): Promise<FakeGcs> {
  const root = await mkdtemp(join(parent, 'numpywren-gcs-'))
  t.teardown(() => rm(root, { recursive: true, force: true }))
  const folder = join(root, 'buckets')
  const temporary = join(root, 'temporary')
  await Promise.all([folder, temporary].map((path) => mkdir(path)))
  const server = await startServer(t, {
    program: 'fake-gcs-server',
    args: (port) => [
      ...['-backend', backend, '-filesystem-root', folder, '-log-level', 'error'],
      ...['-scheme', 'http', '-host', '127.0.0.1', '-port', `${port}`],
      ...['-public-host', `127.0.0.1:${port}`, '-external-url', `http://127.0.0.1:${port}`],
    ],
    // Objects come into being in the temporary folder and are renamed: it must be on the file system of the buckets.
    env: { TMPDIR: temporary },
    isReady: async (port) => (await fetch(`http://127.0.0.1:${port}/_internal/healthcheck`)).ok,
  })
  const endpoint = `http://127.0.0.1:${server.port}`
  const url = async (bucket: string): Promise<string> => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ name: bucket })
    const answer = await fetch(`${endpoint}/storage/v1/b`, { method: 'POST', headers, body })
    if (!answer.ok && answer.status !== 409) throw new Error(`no bucket ${bucket}: ${await answer.text()}`)
    return `gs://${bucket}`
  }
  return Object.assign(server, { endpoint, env: { STORAGE_EMULATOR_HOST: endpoint }, folder, url })
}
