import type { BucketPrefix } from './bucket.ts'
import type { Grant } from './policies.ts'

/** A worker may invoke its own service: those of a tree start each other. */
export const INVOKER: Grant = { role: 'roles/run.invoker' }
export const SECRET_READER: Grant = { role: 'roles/secretmanager.secretAccessor' }

/**
 * What workers need of a bucket: the objects below one prefix. Without the right to list, a look at a missing object is answered with 403, and
 * a missing tile cannot be told from a forbidden one; that right cannot be had for a prefix: the second role is cut down to the bucket itself,
 * whose names it shows, and not what is in them.
 * @see https://cloud.google.com/iam/docs/conditions-resource-attributes
 */
export function storeGrants({ bucket, prefix }: BucketPrefix): readonly Grant[] {
  if (prefix === '') return [{ role: 'roles/storage.objectUser' }]
  return [
    {
      role: 'roles/storage.objectUser',
      title: 'numpywren-tiles',
      expression: `resource.name.startsWith("projects/_/buckets/${bucket}/objects/${prefix}/")`,
    },
    {
      role: 'roles/storage.objectViewer',
      title: 'numpywren-list',
      expression: 'resource.type == "storage.googleapis.com/Bucket"',
    },
  ]
}
