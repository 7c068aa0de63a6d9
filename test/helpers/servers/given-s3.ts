import { CreateBucketCommand, DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { deleteBelow, openStore } from '../../../src/storage/index.ts'
import type { Teardown } from './start-server.ts'

/** An S3 service that somebody else runs. */
export interface GivenS3 {
  readonly env: Readonly<Record<string, string>>
  /** `s3://BUCKET` of a new bucket, with a name of its own. */
  url(bucket: string): Promise<string>
}

/**
 * The service that tests are to use instead of versitygw, such as a MinIO: NUMPYWREN_TEST_S3_ENDPOINT is its URL; credentials and region
 * come as usual. Buckets that are made go in the end. `undefined` when none is named.
 */
export function givenS3(t: Teardown): GivenS3 | undefined {
  const endpoint = process.env.NUMPYWREN_TEST_S3_ENDPOINT
  if (!endpoint) return undefined
  const env = { AWS_ENDPOINT_URL_S3: endpoint }
  const url = async (bucket: string): Promise<string> => {
    const Bucket = `numpywren-test-${process.pid}-${bucket}`
    const client = new S3Client({ forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket }))
    t.teardown(async () => {
      const store = openStore(`s3://${Bucket}`)
      await deleteBelow(store, '')
      await store.close()
      await client.send(new DeleteBucketCommand({ Bucket }))
      client.destroy()
    })
    return `s3://${Bucket}`
  }
  return { env, url }
}
