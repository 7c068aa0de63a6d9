import type { Failure, FailureKind } from '../remote/failure.ts'
import { retryAfterMs } from '../remote/retry-after.ts'

/** The part of the SDK's errors that tells what happened. */
interface ServiceError extends Error {
  readonly code?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $response?: { readonly headers?: Record<string, string> }
}

/** Error codes of S3, and of servers that speak its language: versitygw (`ObjectParentIsFile`, `XAdmin...`), MinIO (`XMinio...`). */
const byCode: Readonly<Record<string, FailureKind>> = {
  NoSuchKey: 'missing',
  NotFound: 'missing',
  PreconditionFailed: 'exists',
  ConditionalRequestConflict: 'transient',
  OperationAborted: 'transient',
  RequestTimeout: 'transient',
  // The SDK has set its clock right by the answer; the next attempt is signed with the right time.
  RequestTimeTooSkewed: 'transient',
  // What arrived at the server is not what was sent.
  BadDigest: 'transient',
  IncompleteBody: 'transient',
  XAmzContentChecksumMismatch: 'transient',
  XAmzContentSHA256Mismatch: 'transient',
  SlowDown: 'throttled',
  SlowDownRead: 'throttled',
  SlowDownWrite: 'throttled',
  RequestLimitExceeded: 'throttled',
  RequestThrottled: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  TooManyRequests: 'throttled',
  TooManyRequestsException: 'throttled',
  BandwidthLimitExceeded: 'throttled',
  ObjectParentIsFile: 'key-conflict',
  ExistingObjectIsDirectory: 'key-conflict',
  XMinioParentIsObject: 'key-conflict',
  XMinioObjectExistsAsDirectory: 'key-conflict',
  AccessDenied: 'forbidden',
  XAdminUserNotFound: 'forbidden',
  QuotaExceeded: 'full',
  InsufficientStorage: 'full',
  XMinioStorageFull: 'full',
  XMinioAdminBucketQuotaExceeded: 'full',
}

/** What an error of the SDK means. `bucket` is for the advice. */
export function classify(error: unknown, bucket: string): Failure {
  if (!(error instanceof Error)) return { kind: 'fatal' }
  const { name, $metadata, $response } = error as ServiceError
  const status = $metadata?.httpStatusCode
  const advice = adviceFor(error, bucket)
  if (advice !== undefined) return { kind: 'input', advice }
  const kind = byCode[name] ?? byStatus(status)
  if (kind !== 'throttled' && kind !== 'transient') return { kind }
  return { kind, retryAfterMs: retryAfterMs($response?.headers?.['retry-after']) }
}

function byStatus(status: number | undefined): FailureKind {
  // No status: nothing came, or came cut off.
  if (status === undefined || status < 300) return 'transient'
  if (status === 401 || status === 403) return 'forbidden'
  if (status === 408 || status === 409) return 'transient'
  if (status === 412) return 'exists'
  if (status === 429) return 'throttled'
  if (status === 507) return 'full'
  return status >= 500 && status !== 501 && status !== 505 ? 'transient' : 'fatal'
}

/** What to do about a failure that comes from how the store is set up. */
function adviceFor(error: ServiceError, bucket: string): string | undefined {
  switch (error.name) {
    case 'NoSuchBucket':
      return `there is no bucket ${bucket}; make it (aws s3 mb s3://${bucket}), or set right the name, the region (AWS_REGION) or the endpoint (AWS_ENDPOINT_URL_S3)`
    case 'InvalidBucketName':
      return `${bucket} is no valid name of a bucket`
    case 'CredentialsProviderError':
      return 'no credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with AWS_PROFILE'
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return 'the credentials have expired; renew them'
    case 'InvalidAccessKeyId':
      return 'the store does not know the access key; set right AWS_ACCESS_KEY_ID or AWS_PROFILE'
    case 'SignatureDoesNotMatch':
      return 'the secret key does not belong to the access key; set right AWS_SECRET_ACCESS_KEY or AWS_PROFILE'
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
    case 'MovedPermanently':
      return wrongRegion(error, bucket)
    case 'EntityTooLarge':
      return 'the object is larger than the store takes in one piece; use smaller tiles'
    case 'InvalidObjectState':
      return 'the object is archived; restore it first'
  }
  if (error.$metadata?.httpStatusCode === 301) return wrongRegion(error, bucket)
  if (error.code === 'ERR_INVALID_URL') return 'the endpoint (AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL) is no valid URL'
  return undefined
}

function wrongRegion({ $response }: ServiceError, bucket: string): string {
  const region = $response?.headers?.['x-amz-bucket-region']
  if (region !== undefined) return `the bucket ${bucket} is in the region ${region}; set AWS_REGION=${region}`
  return `the bucket ${bucket} is in another region; set AWS_REGION to that`
}
