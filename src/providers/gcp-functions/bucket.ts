import { InputError } from '../../errors.ts'
import { openStore } from '../../storage/index.ts'

/** A bucket and a prefix in it, without slashes at its ends; '' for all of the bucket. */
export interface BucketPrefix {
  readonly bucket: string
  readonly prefix: string
}

/** The bucket and the prefix of a store of Google; `undefined` for one on S3, where no account of Google counts. @throws InputError for a store that functions cannot reach */
export function bucketOf(store: string): BucketPrefix | undefined {
  // A store knows which URLs are valid ones, and opening it costs nothing.
  const { url } = openStore(store)
  const [, scheme, bucket = '', prefix = ''] = /^(s3|gs):\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? []
  if (scheme === undefined)
    throw new InputError(`functions cannot reach ${url}; give a store that they can, gs://bucket/prefix`)
  return scheme === 'gs' ? { bucket, prefix } : undefined
}
