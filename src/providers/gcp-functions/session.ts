import type { GoogleAuth } from 'google-auth-library'
import { InputError } from '../../errors.ts'
import { AccessDeniedError, type FunctionPlace } from '../function/index.ts'
import { LOG_IN, refusalOf } from './errors.ts'

/** Who asks, and where: what every call needs. */
export interface Session {
  readonly auth: GoogleAuth
  readonly project: string
  readonly region: string
  /** Origin of a stand-in for every administration API; `undefined`: Google itself. */
  readonly standIn: URL | undefined
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'

/**
 * Credentials by the library's own chain, project and region as given or as the environment says. `NUMPYWREN_CLOUD_RUN_ENDPOINT` names a
 * stand-in for all of Google's administration.
 * @throws InputError when project or region are not known; AccessDeniedError without credentials
 */
export async function openSession(
  place: Partial<FunctionPlace>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Session> {
  const { GoogleAuth } = await loadAuth()
  const auth = new GoogleAuth({ scopes: [SCOPE], clientOptions: { transporterOptions: { retry: false } } })
  const standIn = standInOf(env)
  const region = place.region ?? env.CLOUDSDK_RUN_REGION ?? env.GOOGLE_CLOUD_REGION
  if (!region) throw new InputError('which region? Give --region (as in us-central1) or set CLOUDSDK_RUN_REGION')
  if (!/^[a-z]+-[a-z]+[0-9]+$/.test(region))
    throw new InputError(`${JSON.stringify(region)} is no region of Google Cloud; one is us-central1`)
  return { auth, project: place.project ?? (await projectOf(auth)), region, standIn }
}

async function projectOf(auth: GoogleAuth): Promise<string> {
  try {
    return await auth.getProjectId()
  } catch (cause) {
    const { message } = refusalOf(cause)
    if (/default credentials/i.test(message))
      throw new AccessDeniedError(`no Google credentials were found; ${LOG_IN}`, { cause })
    throw new InputError('which project? Give --project or set GOOGLE_CLOUD_PROJECT', { cause })
  }
}

function standInOf({ NUMPYWREN_CLOUD_RUN_ENDPOINT: given }: NodeJS.ProcessEnv): URL | undefined {
  if (!given) return undefined
  const url = URL.parse(given)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new InputError(
      `NUMPYWREN_CLOUD_RUN_ENDPOINT must be a URL as in http://127.0.0.1:8080, not ${JSON.stringify(given)}`,
    )
  return url
}

async function loadAuth(): Promise<typeof import('google-auth-library')> {
  try {
    return await import('google-auth-library')
  } catch (cause) {
    throw new InputError(
      'the package google-auth-library is needed for gcp-functions; npm install google-auth-library @google-cloud/run',
      { cause },
    )
  }
}
