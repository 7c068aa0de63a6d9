import { WrongBytesError } from '../remote/failure.ts'
import type { LoadedSdk } from './client.ts'

/** What S3 takes in one delete. */
export const DELETE_BATCH = 1000

/**
 * One attempt at removing the objects at the full keys `left`, from which those that are gone are taken: the next attempt is at the rest.
 * @throws the service's error for the first that could not be removed; WrongBytesError when the answer leaves some out
 */
export async function deleteBatch(
  { sdk, client }: LoadedSdk,
  Bucket: string,
  left: Set<string>,
  abortSignal: AbortSignal,
): Promise<void> {
  const Delete = { Objects: [...left].map((Key) => ({ Key })) }
  const command = new sdk.DeleteObjectsCommand({ Bucket, Delete })
  const { Deleted = [], Errors = [] } = await client.send(command, { abortSignal })
  for (const { Key = '' } of Deleted) left.delete(Key)
  for (const { Key = '', Code } of Errors) if (Code === 'NoSuchKey') left.delete(Key)
  const failed = Errors.find(({ Key = '' }) => left.has(Key))
  if (failed) throw Object.assign(new Error(`${failed.Key}: ${failed.Message}`), { name: failed.Code ?? 'Error' })
  if (left.size > 0) throw new WrongBytesError('transient', `the answer says nothing of ${left.size} objects`)
}
