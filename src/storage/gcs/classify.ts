import type { Failure } from '../remote/failure.ts'
import { CredentialsError, GcsResponseError } from './errors.ts'

/** What a failed call means for whoever made it. What never got an answer (resets, refused connections, names that do not resolve) may get one later. */
export function classify(error: unknown, bucket: string): Failure {
  if (error instanceof CredentialsError) return credentialsFailure(error)
  if (!(error instanceof GcsResponseError)) return { kind: 'transient' }
  const { status, reason = '', retryAfterMs, message } = error
  switch (status) {
    case 400:
      // The bytes were not those of the checksum that came with them: damaged on the way up.
      if (/crc32c|md5|checksum|hash/i.test(message)) return { kind: 'transient' }
      return /bucket name/i.test(message)
        ? { kind: 'input', advice: `${bucket} is no valid name of a bucket` }
        : { kind: 'fatal' }
    case 401:
      return { kind: 'input', advice: `Google refused the credentials (${message}); ${logInAgain}` }
    case 403:
      if (/rateLimitExceeded$/i.test(reason)) return { kind: 'throttled', retryAfterMs }
      return { kind: /quotaExceeded|limitExceeded/i.test(reason) ? 'full' : 'forbidden' }
    case 404:
      return { kind: 'missing' }
    case 412:
      return { kind: 'exists' }
    case 429:
    case 503:
      return { kind: 'throttled', retryAfterMs }
    case 408:
    case 409:
      return { kind: 'transient', retryAfterMs }
    case 507:
      return { kind: 'full' }
    case 500:
      // An emulator over a file system, where what is a folder can be no file.
      if (/: (file exists|is a directory|not a directory)$/.test(message)) return { kind: 'key-conflict' }
      return { kind: 'transient', retryAfterMs }
    default:
      return status >= 500 && status !== 501 && status !== 505 ? { kind: 'transient', retryAfterMs } : { kind: 'fatal' }
  }
}

/** What to do when there is no such bucket. */
export function noBucket(bucket: string): string {
  return `there is no bucket ${bucket}; make it (gcloud storage buckets create gs://${bucket}), or set right the name or STORAGE_EMULATOR_HOST`
}

const logInAgain = 'set right GOOGLE_APPLICATION_CREDENTIALS, or log in again (gcloud auth application-default login)'

/** A token server that does not answer may answer later; missing and refused credentials stay what they are. */
function credentialsFailure({ message, cause }: CredentialsError): Failure {
  const { status, code } = (cause ?? {}) as { status?: unknown; code?: unknown }
  const isBusy = typeof status === 'number' && (status >= 500 || status === 429 || status === 408)
  const isCut = typeof code === 'string' && /^E(CONN|TIMEDOUT|AI_AGAIN|PIPE|NETUNREACH|HOSTUNREACH)/.test(code)
  if (isBusy || isCut) return { kind: 'transient' }
  if (/default credentials/i.test(message)) {
    return {
      kind: 'input',
      advice:
        'no Google credentials were found; run gcloud auth application-default login, set GOOGLE_APPLICATION_CREDENTIALS to a key file, or STORAGE_EMULATOR_HOST to an emulator',
    }
  }
  return { kind: 'input', advice: `Google's credentials cannot be used (${message.split('\n')[0]}); ${logInAgain}` }
}
