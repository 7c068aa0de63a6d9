import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { S3Store } from '../../src/storage/index.ts'
import { startVersitygw } from '../../test/helpers/servers/versitygw.ts'
import type { Contender, Match } from './contender.ts'
import { ours } from './ours.ts'

/** S3 at versitygw with its folder in memory. */
export const s3: Match = {
  name: 'S3 (versitygw)',
  start: async (scope, concurrency) => {
    const server = await startVersitygw(scope, { parent: '/dev/shm' })
    Object.assign(process.env, server.env)
    await server.url('bench')
    const store = new S3Store('bench')
    scope.teardown(() => store.close())
    return {
      ours: ours(store),
      bare: [
        bare('SDK, its defaults (CRC32)', { requestHandler: { httpAgent: { maxSockets: concurrency } } }),
        bare('SDK, no checksums, no waiting for 100-continue', {
          requestHandler: { httpAgent: { maxSockets: concurrency } },
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
          expectContinueHeader: false,
        }),
      ],
    }
  },
}

function bare(name: string, config: S3ClientConfig): Contender {
  const client = new S3Client({ forcePathStyle: true, ...config })
  const at = (key: string): { readonly Bucket: string; readonly Key: string } => ({ Bucket: 'bench', Key: key })
  return {
    name,
    put: async (key, Body) => void (await client.send(new PutObjectCommand({ ...at(key), Body }))),
    get: async (key) => (await client.send(new GetObjectCommand(at(key)))).Body!.transformToByteArray(),
  }
}
