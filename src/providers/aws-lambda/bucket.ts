import { InputError } from '../../errors.ts'
import { openStore } from '../../storage/index.ts'
import type { BucketPrefix } from './policy.ts'

/** The bucket and the prefix of a store. @throws InputError for a store that is not on S3 */
export function bucketOf(store: string): BucketPrefix {
  // A store knows which URLs are valid ones, and opening it costs nothing.
  const { url } = openStore(store)
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? []
  if (bucket === undefined)
    throw new InputError(`a role for a Lambda function is made for a store on S3, s3://bucket/prefix, not for ${url}`)
  return { bucket, prefix }
}
