import { type Removal, removeAll, Steps, unlessDenied } from '../deployment/index.ts'
import type { DestroyOptions } from '../function/index.ts'
import { deleteAccount, findAccount, isOurs as isOurAccount } from './account.ts'
import { type Asking, asking } from './asking.ts'
import { bucketPolicy, type Guarded, secretPolicy, takeGrants } from './policies.ts'
import { deleteRepository, findRepository, isOurs as isOurRepository, repositoryName } from './repository.ts'
import { isOurs } from './service.ts'
import { type Service, Services } from './services.ts'
import { openSession, type Session } from './session.ts'
import { LABEL } from './settings.ts'
import { BUCKET, secretOf } from './wanted.ts'

/**
 * Removes the service, the service account that was made for it with its rights, and the repository that was made for its image: each only if
 * its label or description says that `deploy` made it. @returns what was removed
 */
export async function destroy(options: DestroyOptions): Promise<readonly string[]> {
  const { name, signal, confirm } = options
  const session = await openSession(options)
  const services = await Services.open(session)
  const steps = new Steps(options)
  try {
    const about: Asking = { doing: `look at the service ${name}`, role: 'roles/run.viewer', signal }
    const found = await asking(about, () => services.get(name))
    const removals = [
      serviceRemoval(services, name, found, steps, signal),
      await unlessDenied('the service account', steps, () => accountRemoval(session, name, found, steps, signal)),
      await unlessDenied('the repository', steps, () => repositoryRemoval(session, name, steps, signal)),
    ]
    return await removeAll(removals, steps, confirm)
  } finally {
    await services.close()
  }
}

function serviceRemoval(
  services: Services,
  name: string,
  found: Service | undefined,
  steps: Steps,
  signal: AbortSignal | undefined,
): Removal | undefined {
  if (found === undefined) return undefined
  if (!isOurs(found, name)) {
    steps.keep(`the service ${name}, which deploy did not make (it has no label ${LABEL}=${name})`)
    return undefined
  }
  const about: Asking = { doing: `delete the service ${name}`, role: 'roles/run.admin', signal }
  return { text: `the service ${services.pathOf(name)}`, remove: () => asking(about, () => services.delete(name)) }
}

async function accountRemoval(
  session: Session,
  name: string,
  service: Service | undefined,
  steps: Steps,
  signal: AbortSignal | undefined,
): Promise<Removal | undefined> {
  const account = await findAccount(session, name, signal)
  if (account === undefined) return undefined
  const { email } = account
  if (!isOurAccount(account, name, session)) {
    steps.keep(`the service account ${email}, which deploy did not make (its description says so)`)
    return undefined
  }
  const guarded = service ? guardedFor(session, service) : []
  const remove = async (): Promise<void> => {
    for (const each of guarded) await taken(each, email, steps, signal)
    await deleteAccount(session, email, signal)
  }
  return { text: `the service account ${email} and what it was allowed`, remove }
}

/** Where the account of a service has rights. Those on the service itself go with it. */
function guardedFor(session: Session, service: Service): readonly Guarded[] {
  const bucket = service.annotations?.[BUCKET]
  const secret = secretOf(service)
  return [...(bucket ? [bucketPolicy(session, bucket)] : []), ...(secret ? [secretPolicy(session, secret)] : [])]
}

/** Rights of an account that is deleted mean nothing any more: what cannot be tidied up stays. */
async function taken(guarded: Guarded, email: string, steps: Steps, signal: AbortSignal | undefined): Promise<void> {
  try {
    await takeGrants(guarded, email, signal)
  } catch (error) {
    signal?.throwIfAborted()
    steps.keep(`rights of ${email} on ${guarded.text}, which mean nothing without it: ${(error as Error).message}`)
  }
}

async function repositoryRemoval(
  session: Session,
  name: string,
  steps: Steps,
  signal: AbortSignal | undefined,
): Promise<Removal | undefined> {
  const found = await findRepository(session, name, signal)
  if (found === undefined) return undefined
  const full = repositoryName(name, session)
  if (!isOurRepository(found, name)) {
    steps.keep(`the repository ${full}, which deploy did not make (it has no label ${LABEL}=${name})`)
    return undefined
  }
  return { text: `the repository ${full} with its images`, remove: () => deleteRepository(session, name, signal) }
}
