import { isNumpywrenError, type NumpywrenError } from '../../errors.ts'
import { AccessDeniedError, DeployError } from '../function/index.ts'

/** A call of a service, for messages. */
export interface Call {
  /** As a policy would allow it: `lambda:GetFunction`. */
  readonly action: string
  /** Name or ARN of what it is about. */
  readonly resource: string
  readonly signal?: AbortSignal | undefined
}

/** What errors of the SDK have, modelled or not. */
export interface SdkError extends Error {
  readonly code?: string
  readonly Reason?: string
  readonly retryAfterSeconds?: string
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
}

/** No credentials, old ones, wrong ones: no right would help. */
const CREDENTIALS = [
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
  'TokenProviderError',
]

/** Makes one call. @throws AccessDeniedError, DeployError; the signal's reason */
export async function calling<T>(call: Call, send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (error) {
    call.signal?.throwIfAborted()
    throw translate(error as SdkError, call)
  }
}

/** As {@link calling}, with `undefined` for what is not there. @param missing names of the errors that say so */
export async function looking<T>(
  call: Call,
  missing: readonly string[],
  send: () => Promise<T>,
): Promise<T | undefined> {
  return await calling(call, async () => {
    try {
      return await send()
    } catch (error) {
      if (missing.includes((error as Error).name)) return undefined
      throw error
    }
  })
}

/** An error of ours for one of the SDK. */
export function translate(error: SdkError, call: Call): NumpywrenError {
  if (isNumpywrenError(error)) return error
  const { action, resource } = call
  const denied = deniedAccess(error, call)
  if (denied) return denied
  if (isSilence(error)) {
    return new DeployError(
      `AWS could not be reached for ${action} on ${resource}: ${said(error)}; is the region right?`,
      {
        cause: error,
      },
    )
  }
  return new DeployError(`${action} on ${resource} was refused: ${error.name}: ${said(error)}`, { cause: error })
}

/** What is wrong with the credentials or the rights of whoever calls; `undefined` for other errors. */
export function deniedAccess(error: SdkError, { action, resource }: Call): AccessDeniedError | undefined {
  if (CREDENTIALS.includes(error.name)) {
    return new AccessDeniedError(
      `AWS does not take the credentials (${error.name}: ${said(error)}); set AWS_PROFILE or the AWS_ACCESS_KEY_ID pair, or sign in again (aws sso login)`,
      { cause: error },
    )
  }
  if (error.$metadata?.httpStatusCode !== 403 && !/^(AccessDenied|UnauthorizedOperation)/.test(error.name))
    return undefined
  // "User: ARN is not authorized to perform: ACTION on resource: ARN because ..."
  const named = /to perform: (\S+?)(?: on resource: (\S+?))?(?: because| with|$|\s)/.exec(error.message)
  const missing = `${named?.[1] ?? action} on ${named?.[2] ?? resource}`
  return new AccessDeniedError(`not allowed: ${missing} (${error.name}); a policy of the caller has to allow it`, {
    cause: error,
  })
}

/** True when no service has answered. */
export function isSilence({ name, code, $metadata }: SdkError): boolean {
  return (
    name === 'TimeoutError' ||
    name === 'NetworkingError' ||
    (code !== undefined && $metadata?.httpStatusCode === undefined)
  )
}

/** An error's text, one line of it. */
export function said({ message, code }: SdkError): string {
  return (message.split('\n')[0] || code || 'no reason given').trim()
}
