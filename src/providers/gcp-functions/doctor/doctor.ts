import { pingFindings, problem, storeFindings } from '../../doctor/index.ts'
import type { DoctorOptions, Finding } from '../../function/index.ts'
import { connect } from '../connect.ts'
import { administrationError } from '../errors.ts'
import { openSession, type Session } from '../session.ts'
import { clockFinding } from './clock.ts'
import { regionFinding } from './region.ts'
import { serviceFindings } from './service.ts'

/** Looks at what a run needs, in the order in which one thing stands in the way of the next. */
export async function* doctor(options: DoctorOptions): AsyncGenerator<Finding> {
  try {
    yield* examine(options)
  } catch (error) {
    options.signal?.throwIfAborted()
    yield problem('gcp-functions', error)
  }
}

async function* examine(options: DoctorOptions): AsyncGenerator<Finding> {
  const { signal } = options
  let session: Session
  try {
    session = await openSession(options)
    yield await credentialsFinding(session)
  } catch (error) {
    signal?.throwIfAborted()
    yield problem('credentials', error)
    return
  }
  yield await clockFinding(session, signal)
  yield* storeFindings(options, 'gs://bucket/prefix', (url, place) => regionFinding(session.region, url, place))
  const isReady = yield* serviceFindings(session, options)
  if (isReady) yield* pingFindings(connect, options)
}

/** @throws AccessDeniedError when no token can be had */
async function credentialsFinding({ auth, project, region, standIn }: Session): Promise<Finding> {
  try {
    await auth.getAccessToken()
  } catch (error) {
    throw administrationError(error, 'get a token', 'a login')
  }
  // A person's login does not tell whose it is.
  const { client_email: email = 'a person' } = await auth.getCredentials().catch(() => ({ client_email: undefined }))
  const where = standIn === undefined ? '' : `; this is not Google but ${standIn.host}`
  return { what: 'credentials', state: 'ok', text: `${email}, project ${project}, region ${region}${where}` }
}
