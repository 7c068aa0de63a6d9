import { InputError } from '../../errors.ts'
import { openStore } from '../../storage/index.ts'
import type { BucketPrefix } from './policy.ts'

/** The bucket and the prefix of a store on S3; `undefined` for one of Google, where no role of AWS counts. @throws InputError for a store that functions cannot reach */
export function bucketOf(store: string): BucketPrefix | undefined {
  // A store knows which URLs are valid ones, and opening it costs nothing.
  const { url } = openStore(store)
  const [, scheme, bucket = '', prefix = ''] = /^(s3|gs):\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? []
  if (scheme === undefined)
    throw new InputError(`functions cannot reach ${url}; give a store that they can, s3://bucket/prefix`)
  return scheme === 's3' ? { bucket, prefix } : undefined
}
