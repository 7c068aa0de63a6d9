import type { IdTokenClient } from 'google-auth-library'
import { AccessDeniedError, ThrottledError } from '../function/index.ts'
import { isPassing, LOG_IN, refusalOf } from './errors.ts'
import type { Session } from './session.ts'

/** Tokens by which the platform knows who calls a service. */
export interface IdTokens {
  /** The value of an `Authorization` header; asks for a new token shortly before the old one expires. @throws AccessDeniedError; ThrottledError when nobody answers who gives tokens */
  header(): Promise<string>
  /** What to try when the platform does not accept the token; empty where nothing more is known. */
  readonly advice: string
}

/** @param audience URL of the service */
export async function idTokensFor({ auth }: Pick<Session, 'auth'>, audience: string): Promise<IdTokens> {
  const client = await clientFor(auth, audience)
  let asked: Promise<string> | undefined
  const ask = async (): Promise<string> => {
    try {
      const header = (await client.getRequestHeaders(audience)).get('authorization')
      if (!header || header === 'Bearer undefined') throw new AccessDeniedError(NO_TOKEN)
      return header
    } catch (cause) {
      if (cause instanceof AccessDeniedError) throw cause
      const { message } = refusalOf(cause)
      // A run of hours needs a new one every hour, and is not to end for one that comes late.
      if (isPassing(cause)) throw new ThrottledError(`no identity token could be had yet: ${message}`, { cause })
      throw new AccessDeniedError(`no identity token could be had for ${audience}: ${message}; ${IMPERSONATE}`, {
        cause,
      })
    } finally {
      asked = undefined
    }
  }
  return {
    // Many callers begin at the same time: one asks for all.
    header: () => (asked ??= ask()),
    advice: (await isUser(auth))
      ? `these are a user's own credentials, whose tokens Cloud Run may refuse: ${IMPERSONATE}`
      : '',
  }
}

async function clientFor(auth: Session['auth'], audience: string): Promise<IdTokenClient> {
  try {
    return await auth.getIdTokenClient(audience)
  } catch (cause) {
    const { message } = refusalOf(cause)
    if (/default credentials/i.test(message))
      throw new AccessDeniedError(`no Google credentials were found; ${LOG_IN}`, { cause })
    throw new AccessDeniedError(NO_TOKEN, { cause })
  }
}

/** Logged in as a person, not as a service account. */
async function isUser(auth: Session['auth']): Promise<boolean> {
  const { UserRefreshClient } = await import('google-auth-library')
  return (await auth.getClient()) instanceof UserRefreshClient
}

const IMPERSONATE =
  'use a service account that has roles/run.invoker: gcloud auth application-default login --impersonate-service-account=ACCOUNT'

const NO_TOKEN = `these credentials cannot make the identity tokens that Cloud Run asks of callers; ${IMPERSONATE}`
