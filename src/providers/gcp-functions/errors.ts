import { InputError, type NumpywrenError } from '../../errors.ts'
import { AccessDeniedError, DeployError, FunctionNotFoundError, ThrottledError } from '../function/index.ts'

/** What a refused call of an administration API looks like, whichever library made it. */
interface Refusal {
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined
  readonly message: string
}

/** Of the codes of gRPC those that say what to do; the libraries give these, or those of HTTP. An operation that failed has 9 (or 13), and no other. */
const GRPC: ReadonlyMap<number, number> = new Map([
  [3, 400],
  [5, 404],
  [6, 409],
  [7, 403],
  [8, 429],
  [10, 409],
  [14, 503],
  [16, 401],
])

export function refusalOf(error: unknown): Refusal {
  const { code, status, httpStatusCode, response, message, details } = (error ?? {}) as Record<string, unknown>
  const answer = response as { readonly status?: number; readonly data?: unknown } | undefined
  const found = [httpStatusCode, answer?.status, code, status].find((value) => typeof value === 'number')
  const body = (answer?.data as { readonly error?: { readonly message?: string } } | undefined)?.error?.message
  const text = [body, details, message].find((value) => typeof value === 'string' && value.length > 0)
  return {
    status: GRPC.get(found as number) ?? (found as number | undefined),
    message: firstLine(String(text ?? error)),
  }
}

/** Nobody has refused anything: who was asked did not answer, or had no time. */
export function isPassing(error: unknown): boolean {
  const { status } = refusalOf(error)
  if (status !== undefined) return status === 408 || status === 429 || status >= 500
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown }
  if (typeof code === 'string') return /^(E(CONN|TIMEDOUT|AI_AGAIN|PIPE|NETUNREACH|HOSTUNREACH)|UND_ERR)/.test(code)
  return cause !== undefined && cause !== error && isPassing(cause)
}

export const isStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
  statuses.includes(refusalOf(error).status ?? 0)

/**
 * The error for the user when an administration call failed.
 * @param doing as in `create the service worker`
 * @param role that allows it
 */
export function administrationError(error: unknown, doing: string, role: string): NumpywrenError {
  const { status, message } = refusalOf(error)
  const options = { cause: error }
  switch (status) {
    case 400:
      return new InputError(`Google refused to ${doing}: ${message}`, options)
    case 401:
      return new AccessDeniedError(`Google did not accept the credentials to ${doing} (${message}); ${LOG_IN}`, options)
    case 403:
      return new AccessDeniedError(
        /has not been used|is disabled|SERVICE_DISABLED/.test(message)
          ? `an API is not enabled, so that nobody can ${doing}: ${message}`
          : `these credentials may not ${doing}: ask for ${role} (${message})`,
        options,
      )
    case 404:
      return new FunctionNotFoundError(`there is nothing with which to ${doing}: ${message}`, options)
    case 429:
    case 503:
      return new ThrottledError(`Google could not ${doing} at the moment: ${message}`, options)
    default:
      return /default credentials/i.test(message)
        ? new AccessDeniedError(`no Google credentials were found to ${doing}; ${LOG_IN}`, options)
        : new DeployError(`could not ${doing}: ${message}`, options)
  }
}

export const LOG_IN =
  'run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to a key file of a service account'

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 500) ?? ''
}
