import { InputError } from '../../errors.ts'
import { openStore } from '../../storage/index.ts'

/** A bucket and a prefix in it, without slashes at its ends; '' for all of the bucket. */
export interface BucketPrefix {
  readonly bucket: string
  readonly prefix: string
}

/** The bucket and the prefix of a store. @throws InputError for a store that is not on Google Cloud Storage */
export function bucketOf(store: string): BucketPrefix {
  // A store knows which URLs are valid ones, and opening it costs nothing.
  const { url } = openStore(store)
  const [, bucket, prefix = ''] = /^gs:\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? []
  if (bucket === undefined)
    throw new InputError(
      `an account for Cloud Run is made for a store in a bucket of Google, gs://bucket/prefix, not for ${url}`,
    )
  return { bucket, prefix }
}
